"""What a claim may speak of: symbols of the bound itself, and replacements that stay inside a symbol's domain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sympy

from wnverify.errors import DomainError, expected
from wnverify.symbolic.goal import Goal
from wnverify.symbolic.kinds import BoundClaim, FreeOf
from wnverify.symbolic.proof.domain import Domain, box_of, domain_of
from wnverify.symbolic.proof.verify import AtMost, accepts
from wnverify.symbolic.prove import at_most
from wnverify.symbolic.region import Region


def check_scope(claim: BoundClaim, bound: sympy.Expr) -> None:
    """Refuse a claim about another symbol than the bound's own, or about values that a symbol cannot take.

    Raises:
        DomainError: naming the symbol.

    >>> from wnverify.symbolic.kinds import FreeOf
    >>> check_scope(FreeOf(sympy.Symbol("m", integer=True)), 1 / sympy.Symbol("m", positive=True))
    Traceback (most recent call last):
    wnverify.errors.DomainError: Expected one symbol of the name m but got two, which differ in: integer, positive.
    """
    whole = bound if claim.of is None else sympy.sympify(claim.of)
    given = {symbol: sympy.sympify(value) for symbol, value in (claim.given or {}).items()}
    named = [claim.symbol] if hasattr(claim, "symbol") else []
    inside = _inside(claim, whole)
    _same_names([*inside, *named, *given, *(s for value in given.values() for s in value.free_symbols)])
    if (lacking := lacking_in(claim, bound)) is not None:
        raise DomainError(expected(f"a symbol of {_short(whole)}", lacking))
    for symbol, value in given.items():
        _in_domain(symbol, value)


def lacking_in(claim: BoundClaim, bound: sympy.Expr) -> sympy.Symbol | None:
    """The symbol that a claim speaks of and the bound does not have, unless it says that it has it not.

    >>> from wnverify.symbolic.kinds import FreeOf, Sublinear
    >>> x, y = sympy.symbols("x y", positive=True)
    >>> lacking_in(Sublinear(x), 1 / y), lacking_in(FreeOf(x), 1 / y), lacking_in(Sublinear(y), 1 / y)
    (x, None, None)
    """
    symbol = getattr(claim, "symbol", None)
    if symbol is None or isinstance(claim, FreeOf):
        return None
    replaced = set().union(*(sympy.sympify(value).free_symbols for value in (claim.given or {}).values()))
    whole = bound if claim.of is None else sympy.sympify(claim.of)
    return None if symbol in _inside(claim, whole) | replaced else symbol


def _inside(claim: BoundClaim, whole: sympy.Expr) -> set[sympy.Symbol]:
    """The symbols of the bound, and of what it is compared with."""
    names = [name for name in ("other", "rate", "value") if hasattr(claim, name)]
    return whole.free_symbols.union(*(sympy.sympify(getattr(claim, name)).free_symbols for name in names))


def _short(expr: sympy.Expr) -> str:
    text = str(expr)
    return text if len(text) <= 80 else f"{text[:79]}…"


def _same_names(symbols: Iterable[sympy.Symbol]) -> None:
    first: dict[str, sympy.Symbol] = {}
    for symbol in symbols:
        other = first.setdefault(symbol.name, symbol)
        if other != symbol:
            differ = ", ".join(sorted(_differences(_facts(other), _facts(symbol)))) or "where they come from"
            raise DomainError(f"Expected one symbol of the name {symbol} but got two, which differ in: {differ}.")


def _facts(symbol: sympy.Symbol) -> dict[str, Any]:
    own = {name: getattr(symbol, name) for name in ("low", "high", "strict") if hasattr(symbol, name)}
    return {**{name: value for name, value in symbol._assumptions_orig.items() if value}, **own}


def _differences(first: Mapping[str, Any], second: Mapping[str, Any]) -> set[str]:
    return {name for name in {*first, *second} if first.get(name) != second.get(name)}


def _in_domain(symbol: sympy.Symbol, value: sympy.Expr) -> None:
    domain = domain_of(symbol)
    remedy = f"{symbol} lies in {domain}"
    if domain.integer and not value.is_integer:
        raise DomainError(expected(f"an integer in place of {symbol}", value, remedy))
    if not (_at_least(value, domain) and _at_least(-value, Domain(-domain.high))):
        raise DomainError(expected(f"a replacement for {symbol} that stays in its domain", value, remedy))


def _at_least(value: sympy.Expr, domain: Domain) -> bool:
    """Whether a replacement is proved to lie above the lower end."""
    region = Region(box_of([value]))
    if domain.low.is_infinite:
        return region.enclose(value) is not None
    if domain.strict:
        return region.positive(value - domain.low)
    proof = at_most(Goal(domain.low, value, region))
    return proof is not None and accepts(AtMost(domain.low, value), region.box, proof)
