"""Domain: where a symbol may lie; a box gives the domain of every symbol of an expression."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import sympy

from wnverify.balls.expression import Decision, compare
from wnverify.errors import DomainError, expected


@dataclass(frozen=True)
class Domain:
    """The interval `[low, high]` (without `low` if strict; integers only if integer).

    >>> print(Domain(sympy.Integer(1), sympy.oo, integer=True), Domain(sympy.Integer(0), sympy.oo, strict=True))
    integers in [1, oo) (0, oo)
    """

    low: sympy.Expr = -sympy.oo
    high: sympy.Expr = sympy.oo
    strict: bool = False
    integer: bool = False

    def __str__(self) -> str:
        left = "(" if self.strict or self.low == -sympy.oo else "["
        right = ")" if self.high == sympy.oo else "]"
        return f"{'integers in ' if self.integer else ''}{left}{self.low}, {self.high}{right}"

    def contains(self, value: sympy.Expr) -> bool:
        """Whether an exact number lies in the domain.

        >>> Domain(sympy.Integer(0), sympy.Integer(1), strict=True).contains(sympy.Integer(0))
        False
        """
        above = _exceeds(value, self.low, strict=self.strict)
        return above and _exceeds(self.high, value, strict=False) and (not self.integer or bool(value.is_integer))


def _exceeds(value: sympy.Expr, low: sympy.Expr, *, strict: bool) -> bool:
    """Whether an exact number is certainly above another; sympy's own comparisons give up on long rationals."""
    if low in (value, -sympy.oo) or value == sympy.oo:
        return not strict or value != low
    if value.is_Rational and low.is_Rational:
        return bool(value.p * low.q > low.p * value.q)
    return compare(low, value, {}, "<") is Decision.TRUE


Box: TypeAlias = Mapping[sympy.Symbol, Domain]
Point: TypeAlias = Mapping[sympy.Symbol, sympy.Rational]


def domain_of(symbol: sympy.Symbol) -> Domain:
    """The domain of a quantity, or for a plain symbol the one that its assumptions imply.

    Raises:
        DomainError: if the symbol is not known to be real.

    >>> print(domain_of(sympy.Symbol("m", integer=True, positive=True)))
    integers in [1, oo)
    """
    if not symbol.is_real:
        raise DomainError(expected("a real symbol", symbol, "declare it with real=True or as a quantity"))
    if hasattr(symbol, "low"):
        return _tidy(Domain(symbol.low, symbol.high, bool(symbol.strict), bool(symbol.is_integer)))
    told = {
        name: True
        for name in ("real", "integer", "positive", "nonnegative", "nonpositive")
        if getattr(symbol, f"is_{name}")
    }
    _check_understood(symbol, told)
    low = sympy.Integer(0) if symbol.is_nonnegative else -sympy.oo
    high = sympy.Integer(0) if symbol.is_nonpositive else sympy.oo
    return _tidy(Domain(low, high, bool(symbol.is_positive), bool(symbol.is_integer)))


def _check_understood(symbol: sympy.Symbol, told: Mapping[str, bool]) -> None:
    """Refuse a symbol of which more is assumed than its domain says; that it is rational changes nothing."""
    understood = sympy.Symbol("s", **told).assumptions0
    rational = sympy.Symbol("s", rational=True, **told).assumptions0
    facts = symbol.assumptions0.items()
    more = sorted(name for name, value in facts if understood.get(name) != value and rational.get(name) != value)
    if more:
        more = [name for name in symbol._assumptions_orig if name in more] or more[:1]
        remedy = "a domain is an interval, or its integers: use an expression such as 2*j or −y in such a symbol"
        raise DomainError(expected(f"a symbol without the assumption {', '.join(more)}", symbol, remedy))


def _tidy(domain: Domain) -> Domain:
    """Integers start at an integer that belongs to the domain."""
    if not domain.integer or domain.low == -sympy.oo:
        return domain
    low = sympy.floor(domain.low) + 1 if domain.strict else sympy.ceiling(domain.low)
    return Domain(low, sympy.floor(domain.high), strict=False, integer=True)


def box_of(expressions: Iterable[sympy.Expr]) -> dict[sympy.Symbol, Domain]:
    """The domains of all free symbols, in the order of their names."""
    symbols = set().union(*(expression.free_symbols for expression in expressions))
    return {symbol: domain_of(symbol) for symbol in sorted(symbols, key=lambda s: (s.name, str(s.assumptions0)))}
