"""The checker on bounds of single functions: chords and tangents, each with its condition on the argument."""

from __future__ import annotations

import sympy
from flint import arb

from wnverify.symbolic.proof.intervals import HALF
from wnverify.symbolic.proof.ranges import Place
from wnverify.symbolic.proof.trace import silence
from wnverify.symbolic.proof.trends import Walk, smooth


def bounds(part: sympy.Expr, by: sympy.Expr, place: Place, *, upward: bool) -> bool:
    """Whether `by` is known to be at least (upward) or at most the part, on the whole box.

    >>> x = sympy.Symbol("x", positive=True)
    >>> from wnverify.symbolic.proof.domain import box_of
    >>> [bounds(sympy.log(x), x - 1, Place(box_of([x])), upward=way) for way in (True, False)]
    [True, False]
    """
    if not place.defined(part, by):
        return False
    kinds = (sympy.Min,) if upward else (sympy.Max,)
    if isinstance(part, kinds):
        return by in part.args
    return _number(part, by, place, upward) or _root(part, by, place, upward) or _tangent(part, by, place, upward)


def _number(part: sympy.Expr, by: sympy.Expr, place: Place, upward: bool) -> bool:
    known, limit = place.range(part), place.range(by)
    if known is None or limit is None:
        return False
    if known.high <= limit.low if upward else known.low >= limit.high:
        return True
    return not by.free_symbols and len(part.free_symbols) == 1 and _end_value(part, by, place, upward)


def _end_value(part: sympy.Expr, by: sympy.Expr, place: Place, upward: bool) -> bool:
    """Whether the number is the value at the end towards which the part rises (falls), its only symbol moving."""
    if not smooth(part):
        return False
    symbol = next(iter(part.free_symbols))
    with silence():
        rises, falls = Walk(symbol, place, lambda *_: False).trend(part)
    domain = place.box[symbol]
    last = (domain.high if rises else domain.low) if upward else (domain.low if rises else domain.high)
    return (rises or falls) and bool(last.is_finite) and part.xreplace({symbol: last}) == by


def _root(part: sympy.Expr, by: sympy.Expr, place: Place, upward: bool) -> bool:
    """√a ≤ r for r ≥ 0 with r² ≥ a: a is the sum of the squares of the terms ≥ 0 of r; or after multiplying out."""
    if not (upward and part.is_Pow and part.exp == sympy.Rational(1, 2)):
        return False
    terms = sympy.Add.make_args(by)
    squares = sympy.Add(*(term**2 for term in terms))
    if all(place.nonnegative(term) for term in terms) and sympy.expand(squares - part.base) == 0:
        return True
    return place.nonnegative(by) and place.nonnegative(sympy.expand(by**2 - part.base))


def _tangent(part: sympy.Expr, by: sympy.Expr, place: Place, upward: bool) -> bool:
    if len(part.args) != 1:
        return False
    g = part.args[0]
    rule = {sympy.sin: _sine, sympy.exp: _exp, sympy.log: _log, sympy.tanh: _below_identity,
            sympy.atan: _below_identity, sympy.cos: _cosine}.get(part.func)  # fmt: skip
    return rule is not None and rule(g, by, place, upward)


def _sine(g: sympy.Expr, by: sympy.Expr, place: Place, upward: bool) -> bool:
    """sin g ≤ g for g ≥ 0; above its chord g·sin(h)/h from 0 to h, as long as 0 ≤ g ≤ h ≤ π/2."""
    if upward:
        return by == g and place.nonnegative(g)
    turns = place.turns(g)
    if turns is None or not turns.within(arb(0), HALF) or len(g.free_symbols) != 1:
        return False
    # sin(h)/h falls: the chord up to the largest argument lies below; that one is taken at an end of the only symbol
    symbol = next(iter(g.free_symbols))
    domain, slope = place.box[symbol], sympy.diff(g, symbol)
    ends = {domain.low: place.nonpositive(slope), domain.high: place.nonnegative(slope)}
    tops = [g.xreplace({symbol: number}) for number, largest in ends.items() if largest and number.is_finite]
    return any(by == g * sympy.sin(top) / top for top in tops)


def _cosine(g: sympy.Expr, by: sympy.Expr, place: Place, upward: bool) -> bool:
    return not upward and by == 1 - g**2 / 2


def _exp(g: sympy.Expr, by: sympy.Expr, place: Place, upward: bool) -> bool:
    """1 + g, e·g ≤ exp g; 1 + g + g²/2 ≤ exp g for g ≥ 0; and exp g ≤ 1/(1 − g) for g < 1, since exp(−g) ≥ 1 − g."""
    if upward:
        return by == 1 / (1 - g) and place.positive(1 - g)
    return by in (1 + g, sympy.E * g) or (by == 1 + g + g**2 / 2 and place.nonnegative(g))


def _log(g: sympy.Expr, by: sympy.Expr, place: Place, upward: bool) -> bool:
    """log g = q·log g^(1/q) ≤ q·(g^(1/q) − 1), and log g = −log(1/g) ≥ q·(1 − g^(−1/q)), for g > 0."""
    if not place.positive(g):
        return False
    roots = [sympy.Rational(1, q) for q in (1, 2, 3, 4, 6, 8)]
    if upward:
        return any(by == (g**root - 1) / root for root in roots)
    return any(by == (1 - g**-root) / root for root in roots)


def _below_identity(g: sympy.Expr, by: sympy.Expr, place: Place, upward: bool) -> bool:
    """Tanh g and atan g lie between 0 and g for g ≥ 0."""
    return upward and by == g and place.nonnegative(g)
