"""Reader: from a checked syntax tree to sympy; every number stays exact, and small enough to be evaluated."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import sympy

from wnverify.balls.expression import enclose
from wnverify.errors import DomainError, expected
from wnverify.sympy_speed import KEPT, surely_real
from wnverify.typed.spelling import SHOWN, Limits, NotAClaim, short
from wnverify.typed.syntax import (
    CONSTANTS,
    FUNCTIONS,
    MOST_ALTERNATIVES,
    SERIES,
    function_of,
    kind_of,
    name_of,
    series_parts,
    unknown,
)

HIGHEST_POWER, FINEST_POWER, HIGHEST_TOWER = 64, 10**6, 3
MOST_TERMS, MOST_IN_EACH, MOST_WITHIN = 1000, 30, 2
PRECISIONS = (64, 256, 1024)
_OPERATORS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = MappingProxyType({
    ast.Add: lambda left, right: left + right,
    ast.Sub: lambda left, right: left - right,
    ast.Mult: lambda left, right: left * right,
    ast.Div: lambda left, right: left / right,
})  # fmt: skip
_SINGULAR = (sympy.zoo, sympy.nan, sympy.oo, -sympy.oo)
_FAULTS = (RecursionError, ArithmeticError, ValueError, TypeError, NotImplementedError, AttributeError)


@dataclass(frozen=True)
class Reader:
    """Turns checked nodes into sympy expressions.

    Args:
        plain: the text of which the tree was made.
        quantities: the symbols by name.
        limits: how long numbers may be.
        indices: the indices of the sums around a node.
    """

    plain: str
    quantities: Mapping[str, sympy.Symbol]
    limits: Limits
    indices: Mapping[str, sympy.Symbol] = field(default_factory=dict)

    def real(self, node: ast.expr) -> sympy.Expr:
        """An expression that is a finite real number as far as its form tells.

        Raises:
            NotAClaim: if it is not, or holds an unknown name, or a number out of bounds.
        """
        try:
            found = self._read(node)
        except _FAULTS as error:
            got = f"{short(self.plain)} ({type(error).__name__})"
            raise NotAClaim(expected("sides that can be computed", got)) from error
        _check_real(found)
        return found

    def _read(self, node: ast.expr) -> sympy.Expr:
        match node:
            case ast.Constant():
                return self._number(node)
            case ast.Name(id=name):
                return self._symbol(name)
            case ast.UnaryOp(op=op, operand=operand):
                return -self._read(operand) if isinstance(op, ast.USub) else self._read(operand)
            case ast.BinOp(left=left, op=op, right=right):
                return self._combined(op, self._read(left), self._read(right))
            case ast.Call(func=ast.Name(id=name)) if function_of(name) in SERIES:
                return self._series(node)
            case ast.Call(func=ast.Name(id=name), args=args):
                return self._small(FUNCTIONS[function_of(name)](*(self._read(argument) for argument in args)))
        raise NotAClaim(expected("a claim", kind_of(node)))

    def _combined(self, op: ast.operator, left: sympy.Expr, right: sympy.Expr) -> sympy.Expr:
        return self._power(left, right) if isinstance(op, ast.Pow) else self._small(_OPERATORS[type(op)](left, right))

    def _number(self, node: ast.Constant) -> sympy.Expr:
        """The exact decimal that was typed; ASCII text makes columns and characters the same."""
        return sympy.Rational(self.plain[node.col_offset : node.end_col_offset])

    def _symbol(self, name: str) -> sympy.Expr:
        found = self.indices.get(name, self.quantities.get(name, CONSTANTS.get(name)))
        if found is None:
            raise NotAClaim(unknown(name, list(self.quantities)))
        return found

    def _series(self, node: ast.Call) -> sympy.Expr:
        """A sum or product over an index that runs from one integer to another."""
        term_node, (name, low_node, high_node) = series_parts(node)
        if name in self.quantities or name in CONSTANTS or name in self.indices:
            raise NotAClaim(expected("an index with a name of its own, such as l", short(name), "it is taken"))
        if len(self.indices) == MOST_WITHIN:
            raise NotAClaim(expected(f"at most {MOST_WITHIN} sums or products within one another", "more"))
        low, high = self._read(low_node), self._read(high_node)
        index = sympy.Symbol(name, integer=True, **({"nonnegative": True} if low.is_nonnegative else {}))
        inner = Reader(self.plain, self.quantities, self.limits, {**self.indices, name: index})
        term = inner._read(term_node)
        _check_ends(low, high, MOST_IN_EACH if term.has(sympy.Sum, sympy.Product) else MOST_TERMS)
        return self._small(FUNCTIONS[name_of(node.func)](term, (index, low, high)))

    def _power(self, base: sympy.Expr, exponent: sympy.Expr) -> sympy.Expr:
        """`base ** exponent`, refused before it is computed if a plain number would become too long."""
        if exponent.is_number:
            size = abs(float(exponent)) if exponent.is_real else float("inf")
            if not (base.is_Rational and exponent.is_Integer):
                _check_height(exponent, size)
            if base.is_number and size * _bits(base) > self._most_bits:
                got = f"a power of {str(base)[:SHOWN]}"
                raise NotAClaim(expected(f"numbers from 1e-{self.limits.exponent} to 1e{self.limits.exponent}", got))
        if _tower(exponent) >= HIGHEST_TOWER:
            raise NotAClaim(expected(f"powers of powers up to {HIGHEST_TOWER} high", "a higher tower"))
        return self._small(base**exponent)

    @property
    def _most_bits(self) -> int:
        return 4 * max(self.limits.exponent, self.limits.digits)

    def _small(self, expression: sympy.Expr) -> sympy.Expr:
        if isinstance(expression, sympy.Max | sympy.Min) and len(expression.args) > MOST_ALTERNATIVES:
            got = f"{len(expression.args)} of a {type(expression).__name__} inside another"
            raise NotAClaim(expected(f"at most {MOST_ALTERNATIVES} alternatives", got))
        if _bits(expression) > self._most_bits:
            size = f"numbers from 1e-{self.limits.exponent} to 1e{self.limits.exponent}"
            raise NotAClaim(expected(size, "a longer one"))
        if isinstance(expression, sympy.Pow) and expression.exp.is_Rational and expression.base.free_symbols:
            _check_height(expression.exp, abs(float(expression.exp)))  # sympy multiplies powers of powers
        if expression.is_number and not expression.is_Rational:
            self._check_number(expression)
        return expression

    def _check_number(self, expression: sympy.Expr) -> None:
        """A constant is a finite real number, which balls show, of a size that can be told."""
        _check_real(expression)
        size = self._enclosed(expression)
        if not size <= 10**self.limits.exponent:
            raise NotAClaim(expected(f"numbers up to 1e{self.limits.exponent}", str(expression)[:SHOWN]))

    def _enclosed(self, expression: sympy.Expr) -> Any:
        for precision in PRECISIONS:
            try:
                ball = enclose(expression, {}, precision)
            except DomainError as error:
                raise NotAClaim(expected("sides that can be computed", str(expression)[:SHOWN])) from error
            if ball.is_finite():
                return abs(ball)
        raise NotAClaim(expected("sides that are finite real numbers", str(expression)[:SHOWN]))


def _check_real(found: sympy.Expr) -> None:
    """Refuse what sympy knows to be no finite real number, whatever its symbols are."""
    parts = [power for power in found.atoms(sympy.Pow) if not power.free_symbols]  # a root of a negative number
    unreal = next(
        (part for part in (*parts, found) if not surely_real(part) and part.is_extended_real is False), None
    )
    if found.has(sympy.I, *_SINGULAR) or unreal is not None:
        where = ", which is not real" if found.has(sympy.I) else _where(found)
        got = f"{str(found)[:SHOWN]}{where}"
        raise NotAClaim(expected("sides that are finite real numbers", got))


def _where(found: sympy.Expr) -> str:
    """A point of the domain, at its lower end, at which an expression in symbols is no number; empty without any."""
    symbols = sorted(found.free_symbols, key=str)
    lows = [getattr(symbol, "low", -sympy.oo) for symbol in symbols]
    ends = [low + 1 if getattr(symbol, "strict", False) else low for symbol, low in zip(symbols, lows, strict=True)]
    point = dict(zip(symbols, [end if end.is_finite else sympy.Integer(1) for end in ends], strict=True))
    if not point or found.has(*_SINGULAR) or enclose(found, point, PRECISIONS[0]).is_finite():
        return ""
    return ", which is not real at " + ", ".join(f"{symbol} = {value}" for symbol, value in point.items())


def _check_height(exponent: sympy.Expr, size: float) -> None:
    if not size <= HIGHEST_POWER:
        raise NotAClaim(expected(f"exponents up to {HIGHEST_POWER} in size", str(exponent)[:SHOWN]))
    if exponent.is_Rational and exponent.q > FINEST_POWER:
        got = str(exponent)[:SHOWN]
        raise NotAClaim(expected(f"exponents that are fractions with denominators up to {FINEST_POWER}", got))


def _check_ends(low: sympy.Expr, high: sympy.Expr, most: int) -> None:
    for end in (low, high):
        if not end.is_integer:
            raise NotAClaim(expected("a sum or product from one integer to another", str(end)[:SHOWN]))
    if (count := high - low).is_number and not -1 <= count < most:
        raise NotAClaim(expected(f"sums and products of 0 to {most} terms", str(count + 1)[:SHOWN]))


def _tower(exponent: sympy.Expr) -> int:
    """How many powers with symbols in the exponent stand on one another in an exponent."""
    powers = [power.exp for power in exponent.atoms(sympy.Pow, sympy.exp) if power.exp.free_symbols]
    return max((1 + _tower(power) for power in powers), default=0)


@lru_cache(KEPT)
def _bits(expression: sympy.Basic) -> int:
    """The length of the longest number in an expression."""
    if isinstance(expression, sympy.Rational):
        return max(abs(int(expression.p)).bit_length(), int(expression.q).bit_length())
    return max(map(_bits, expression.args), default=1)
