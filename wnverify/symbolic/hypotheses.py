"""Hypotheses about the symbols of a bound: they confine its domain, and a witness against it must meet them.

A hypothesis that is linear in one symbol narrows that symbol's domain. Any other one that names a symbol of the bound
is asked at the witness; what it says of further symbols is met there if some values of theirs, found by sampling,
meet it together with every hypothesis about them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from enum import Enum
from functools import reduce
from typing import Any, TypeVar

import numpy as np
import sympy

from wnverify.arrays import BoolArray
from wnverify.balls.expression import Decision as Answer
from wnverify.balls.expression import compare
from wnverify.claim import Relation
from wnverify.errors import DomainError
from wnverify.quantities import Quantity
from wnverify.symbolic.kinds import BoundClaim, Limit, Sublinear
from wnverify.symbolic.proof.domain import Domain, Point, box_of, domain_of
from wnverify.symbolic.sampling import Columns, NoPointError, draw, evaluate, point_at

PARTNERS = 4000
"""Values of further symbols that are tried, to see whether some meet the hypotheses together with a witness."""
Symbols = Mapping[sympy.Symbol, sympy.Symbol]
Value = TypeVar("Value")


class Standing(Enum):
    """Whether a point meets the hypotheses about its symbols."""

    MET = "every hypothesis about its symbols holds there"
    BROKEN = "a hypothesis fails there"
    OPEN = "whether every hypothesis can hold there is not known"


def related(relations: Iterable[Relation], symbols: Collection[sympy.Symbol]) -> list[Relation]:
    """The relations that say something of the symbols, directly or through symbols that they share.

    >>> x, y, z = sympy.symbols("x y z", real=True)
    >>> chain = [Relation(y, "<=", z), Relation(x, "<=", y)]
    >>> [str(relation) for relation in related(chain, [x])], related(chain[:1], [x])
    (['y ≤ z', 'x ≤ y'], [])
    """
    names, rest = {symbol.name for symbol in symbols}, list(relations)
    found = [relation for relation in rest if _names(relation) & names]
    while True:
        names |= {name for relation in found for name in _names(relation)}
        wider = [relation for relation in rest if _names(relation) & names]
        if len(wider) == len(found):
            return wider
        found = wider


def narrowed(relations: Iterable[Relation], symbols: Iterable[sympy.Symbol]) -> dict[sympy.Symbol, sympy.Symbol]:
    """For each symbol that some linear hypothesis confines further, a symbol of that name with the smaller domain.

    An upper limit stays in the domain even where the hypothesis is strict; `standing` tells it from the others.

    >>> x = sympy.Symbol("x", positive=True)
    >>> print(*(domain_of(symbol) for symbol in narrowed([Relation(2 * x, "<=", 5)], [x]).values()))
    (0, 5/2]
    """
    given, found = list(relations), {}
    for symbol in symbols:
        own = domain_of(symbol)
        ends = [end for relation in given if (end := _end(relation, symbol)) is not None]
        domain = reduce(_meet, ends, own)
        if domain != own and _is_proper(domain):
            found[symbol] = Quantity(
                symbol.name, str(symbol), low=domain.low, high=domain.high, strict=domain.strict, integer=own.integer
            )
    return found


def _names(relation: Relation) -> set[str]:
    return {symbol.name for symbol in relation.free_symbols}


def _end(relation: Relation, symbol: sympy.Symbol) -> Domain | None:
    """The interval to which a relation confines a symbol; None if it is not linear in it, or names another one."""
    if _names(relation) != {symbol.name} or any(
        side.has(sympy.oo, sympy.nan) for side in (relation.lhs, relation.rhs)
    ):
        return None
    (own,) = relation.free_symbols
    difference = sympy.nsimplify(sympy.expand(relation.lhs - relation.rhs), rational=True)
    slope = difference.coeff(own)
    rest = sympy.expand(difference - slope * own)
    if slope.free_symbols or rest.free_symbols or not slope.is_nonzero or not rest.is_real:
        return None
    value, upwards = -rest / slope, bool(slope.is_positive)
    if relation.relation == "=":
        return Domain(value, value)
    if (relation.relation in ("<=", "<")) == upwards:
        return Domain(high=value)
    return Domain(value, strict=relation.is_strict)


def _meet(first: Domain, second: Domain) -> Domain:
    """Both at once; of two lower ends the stricter."""
    high = second.high if _less(second.high, first.high) else first.high
    if first.low == second.low:
        return replace(first, high=high, strict=first.strict or second.strict)
    low, strict = (second.low, second.strict) if _less(first.low, second.low) else (first.low, first.strict)
    return replace(first, low=low, high=high, strict=strict)


def _less(low: sympy.Expr, high: sympy.Expr) -> bool:
    if low in (high, sympy.oo) or high == -sympy.oo:
        return False
    return True if low == -sympy.oo or high == sympy.oo else compare(low, high, {}, "<") is Answer.TRUE


def _is_proper(domain: Domain) -> bool:
    """Whether more than one end is left of it: what nothing meets is the searches' business."""
    return domain.low == domain.high or _less(domain.low, domain.high)


# ---- what is said of a bound, on the smaller domain


def kept(claim: BoundClaim) -> set[sympy.Symbol]:
    """The symbols whose domain stays whole: those that the claim replaces, or lets tend somewhere."""
    replacing = set().union(*(sympy.sympify(value).free_symbols for value in (claim.given or {}).values()))
    moving = {claim.symbol} if isinstance(claim, Limit | Sublinear) else set()
    return {*(claim.given or {}), *replacing, *moving}


def confined(claim: BoundClaim, symbols: Symbols) -> BoundClaim:
    """The claim in symbols of smaller domains."""
    return replace(claim, **{part.name: _renamed(getattr(claim, part.name), symbols) for part in fields(claim)})


def _renamed(value: Any, symbols: Symbols) -> Any:
    return value.xreplace(dict(symbols)) if isinstance(value, sympy.Basic) else value


# ---- witnesses


def point_of(witness: Mapping[str, str], symbols: Iterable[sympy.Symbol]) -> Point:
    """The point that a witness tells of in words: exact rational numbers.

    >>> point_of({"x": "1/3", "left side": "0"}, [sympy.Symbol("x")])
    {x: 1/3}
    """
    return {symbol: sympy.Rational(witness[symbol.name]) for symbol in symbols if symbol.name in witness}


def standing(relations: Iterable[Relation], point: Point, rng: np.random.Generator) -> Standing:
    """Whether a point meets every hypothesis about its symbols, for some values of the other symbols."""
    values = {symbol.name: value for symbol, value in point.items()}
    there = [_at(relation, values) for relation in related(relations, point)]
    answers = [_holds(relation) for relation in there if not relation.free_symbols]
    if Answer.FALSE in answers:
        return Standing.BROKEN
    loose = [relation for relation in there if relation.free_symbols]
    if Answer.UNKNOWN in answers or (loose and not _together(loose, rng)):
        return Standing.OPEN
    return Standing.MET


def _at(relation: Relation, values: Mapping[str, Any]) -> Relation:
    return relation.substitute({s: values[s.name] for s in relation.free_symbols if s.name in values})


def _holds(relation: Relation) -> Answer:
    """Whether a relation between numbers holds; ±∞ are no numbers for balls."""
    lhs, rhs, sign = relation.lhs, relation.rhs, relation.relation
    if lhs.is_infinite or rhs.is_infinite:
        small, large = relation.oriented(lhs, rhs)
        return Answer.TRUE if sign != "=" and small != large and sympy.oo in (large, -small) else Answer.UNKNOWN
    if sign == "=" and lhs == rhs:
        return Answer.TRUE
    return _compared(lhs, rhs, sign)


def _compared(lhs: sympy.Expr, rhs: sympy.Expr, sign: str) -> Answer:
    try:
        return compare(lhs, rhs, {}, "==" if sign == "=" else sign)  # type: ignore[arg-type]  # one of the others
    except DomainError:
        return Answer.UNKNOWN


def _together(relations: Sequence[Relation], rng: np.random.Generator) -> bool:
    """Whether some sampled values of the symbols meet all the relations."""
    symbols = set().union(*(relation.free_symbols for relation in relations))
    smaller = narrowed(relations, symbols)
    renamed = [relation.substitute(smaller) for relation in relations]
    try:
        columns = draw(box_of([side for each in renamed for side in (each.lhs, each.rhs)]), rng, PARTNERS)
        return bool(meeting(renamed, columns).any())
    except DomainError:
        return False


def meeting(relations: Iterable[Relation], columns: Columns) -> BoolArray:
    """At which points, (N,), every relation holds in doubles; undefined counts as broken."""
    size = max((column.size for column in columns.values()), default=1)
    found: BoolArray = np.ones(size, dtype=bool)
    for relation in relations:
        lhs, rhs = evaluate(relation.lhs, columns), evaluate(relation.rhs, columns)
        if relation.relation == "=":
            found &= lhs == rhs
        else:
            small, large = relation.oriented(lhs, rhs)
            found &= (small < large) if relation.is_strict else (small <= large)
    return found


def suspects(
    relations: Sequence[Relation], bound: sympy.Expr, rng: np.random.Generator, samples: int
) -> Iterator[Point]:
    """Sampled points that meet every hypothesis about the bound's symbols, where it seems negative or no number.

    Args:
        relations: hypotheses, in the symbols of the bound and in others.
        bound: the expression of whose symbols the points are.
        rng: randomness.
        samples: how many points are looked at.
    """
    about = related(relations, bound.free_symbols)
    sides = [side for relation in about for side in (relation.lhs, relation.rhs)]
    try:
        columns = draw(box_of([bound, *sides]), rng, samples)
    except NoPointError:
        return
    values = evaluate(bound, columns)
    for row in np.flatnonzero(meeting(about, columns) & ~((values >= 0) & np.isfinite(values))):
        point = point_at(columns, int(row))
        yield {symbol: point[symbol] for symbol in bound.free_symbols}
