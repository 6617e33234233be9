"""Ranges: where the values of an expression on a box lie.

A range contains every value of the expression on the box. It is None where the expression, or any part of it, may
fail to be a real finite number somewhere on the box: a range is therefore a proof of definedness.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import sympy
from flint import arb, ctx

from wnverify.balls.expression import enclose
from wnverify.errors import DomainError
from wnverify.symbolic.proof.domain import Box, Domain
from wnverify.symbolic.proof.intervals import HALF, RULES, Range, mapped, sine, tangent
from wnverify.symbolic.proof.series import SERIES, Terms, integral, range_of_series, terms_of

PRECISION = 192


@dataclass(frozen=True)
class Place:
    """A box, and the ranges found on it so far; what is proved of an expression there is added by `learn`."""

    box: Box
    memo: dict[sympy.Expr, Range | None] = field(default_factory=dict)
    lemmas: Mapping[sympy.Expr, Range] = field(default_factory=dict)
    beside: dict[tuple[sympy.Symbol, Domain], Place] = field(default_factory=dict, compare=False, repr=False)

    def range(self, expr: sympy.Expr) -> Range | None:
        """Where the values of the expression lie; None if it may be undefined."""
        if expr not in self.memo:
            found = _range(expr, self)
            if found is not None and expr in self.lemmas:
                found = found.meet(self.lemmas[expr])
            self.memo[expr] = None if found is None or found.low.is_nan() or found.high.is_nan() else found
        return self.memo[expr]

    def turns(self, angle: sympy.Expr) -> Range | None:
        """The range of angle/π, exact where the box ends at multiples of π."""
        if self.range(angle) is None:
            return None
        place, moves = self, {}
        for symbol in angle.free_symbols:
            domain = self.box[symbol]
            if domain.low.has(sympy.pi) or domain.high.has(sympy.pi):
                moves[symbol] = sympy.pi * sympy.Dummy(symbol.name, real=True)
                scaled = replace(domain, low=domain.low / sympy.pi, high=domain.high / sympy.pi)
                place = place.on(moves[symbol] / sympy.pi, scaled)
        return place.range(sympy.expand(angle.xreplace(moves) / sympy.pi))

    def defined(self, *expressions: sympy.Expr) -> bool:
        """Whether every expression, with all its parts, is real and finite on the whole box."""
        return all(self.range(expr) is not None for expr in expressions)

    def nonnegative(self, expr: sympy.Expr) -> bool:
        """Whether the range shows it ≥ 0."""
        found = self.range(expr)
        return found is not None and found.nonnegative

    def nonpositive(self, expr: sympy.Expr) -> bool:
        """Whether the range shows it ≤ 0."""
        found = self.range(expr)
        return found is not None and found.nonpositive

    def positive(self, expr: sympy.Expr) -> bool:
        """Whether the range shows it > 0."""
        found = self.range(expr)
        return found is not None and found.positive

    def on(self, symbol: sympy.Symbol, domain: Domain) -> Place:
        """The same with another domain for one symbol, or one more symbol; what is known stays known."""
        if (symbol, domain) not in self.beside:
            self.beside[symbol, domain] = Place({**self.box, symbol: domain}, {}, self.lemmas)
        return self.beside[symbol, domain]

    def learn(self, expr: sympy.Expr, known: Range) -> Place:
        """The same with one more thing known."""
        return Place(self.box, {}, {**self.lemmas, expr: known})

    def standing_for(self, expr: sympy.Expr, mover: sympy.Symbol, domain: Domain) -> Place | None:
        """The same with a new symbol for an expression; None if its domain does not hold every value."""
        found, low = self.range(expr), end(domain.low)
        if found is None or not self.is_fresh(mover, domain):
            return None
        above = found.low > low or (found.low >= low and (found.low_open or not domain.strict))
        return self.on(mover, domain) if above and found.high <= end(domain.high) else None

    def inside(self, terms: Terms) -> Place | None:
        """The place of the terms of a series: the index is one more symbol; None if more is assumed of it."""
        return self.on(terms.index, terms.domain) if self.is_fresh(terms.index, terms.domain) else None

    def is_fresh(self, symbol: sympy.Symbol, domain: Domain) -> bool:
        """Whether a symbol is new here, and nothing is assumed of it but what its domain says."""
        low = end(domain.low)
        told = {"real": True, "integer": True} if domain.integer else {"real": True}
        if low > 0 or (low >= 0 and domain.strict):
            told["positive"] = True
        elif low >= 0:
            told["nonnegative"] = True
        known = sympy.Dummy("s", **told).assumptions0
        return symbol not in self.box and all(known.get(name) == value for name, value in symbol.assumptions0.items())

    def forget(self, symbol: sympy.Symbol) -> Place:
        """The same without what was learned of expressions in the symbol, before its domain grows."""
        lemmas = {expr: known for expr, known in self.lemmas.items() if symbol not in expr.free_symbols}
        return Place(self.box, {}, lemmas)

    def interior(self, moving: sympy.Symbol) -> Place:
        """The box without the ends of its real intervals; the moving symbol is real, whatever it counts."""
        opened: dict[sympy.Symbol, Domain] = {}
        lemmas = dict(self.lemmas)
        for symbol, domain in self.box.items():
            real = symbol == moving or not domain.integer
            opened[symbol] = replace(domain, integer=False) if real else domain
            low, high = end(domain.low), end(domain.high)
            if real and low < high:
                lemmas[symbol] = Range(low, high, True, True)
        return Place(opened, {}, lemmas)


def end(number: sympy.Expr) -> arb:
    """The ball of an exact number, perhaps infinite."""
    if number.is_infinite:
        return arb.pos_inf() if number > 0 else arb.neg_inf()
    return enclose(number, {}, PRECISION)


def _range(expr: sympy.Expr, place: Place) -> Range | None:
    if expr.is_Symbol:
        domain = place.box[expr]
        low, high = end(domain.low), end(domain.high)
        return Range(low, high, domain.strict or not low.is_finite(), not high.is_finite())
    if not expr.free_symbols:
        return _constant(expr)
    if expr.func in (sympy.sin, sympy.cos, sympy.tan):
        return _circular(expr, place)
    if isinstance(expr, SERIES):
        return _series(expr, place)
    parts = [place.range(part) for part in expr.args]
    known = [part for part in parts if part is not None]
    rule = RULES.get(expr.func)
    if rule is None or len(known) < len(parts):
        return None
    with ctx.workprec(PRECISION):
        found = rule(*known)
    return _counted_power(expr, place) if found is None and expr.is_Pow else found


def _constant(expr: sympy.Expr) -> Range | None:
    try:
        ball = enclose(expr, {}, PRECISION)
    except DomainError:
        return None
    return Range(ball, ball) if ball.is_finite() else None


def _series(expr: sympy.Expr, place: Place) -> Range | None:
    """A sum or product over an index."""
    terms = terms_of(expr, place.box)
    inner = None if terms is None else place.inside(terms)
    if terms is None or inner is None:
        return None
    each, count = inner.range(terms.term), place.range(terms.count)
    with ctx.workprec(PRECISION):
        return None if each is None or count is None else range_of_series(expr, each, count)


def _counted_power(expr: sympy.Expr, place: Place) -> Range | None:
    """b^k for b ≥ 0 and integers k ≥ 0, also where b = 0 = k: between 0 and the larger of 1 and the last power."""
    base, exponent = place.range(expr.base), place.range(expr.exp)
    if base is None or exponent is None or not (base.nonnegative and exponent.nonnegative):
        return None
    if not integral(expr.exp, place.box):
        return None
    with ctx.workprec(PRECISION):
        if base.high <= 1:
            return Range(arb(0), arb(1), low_open=base.positive)
        high = base.high**exponent.high if base.high.is_finite() and exponent.high.is_finite() else arb.pos_inf()
        low = arb(1) if base.low >= 1 else arb(0)
        return Range(low, arb.max(arb(1), high), base.positive and low == 0, not high.is_finite())


def _circular(expr: sympy.Expr, place: Place) -> Range | None:
    """Sine, cosine or tangent; the argument is taken in half turns, so that multiples of π are exact."""
    part = place.turns(expr.args[0])
    if part is None:
        return None
    if expr.func is sympy.tan:
        return mapped(part, tangent) if part.within(-HALF, HALF, open_ends=True) else None
    if expr.func is sympy.cos:
        part = Range(part.low + HALF, part.high + HALF, part.low_open, part.high_open)
    monotone = part.within(-HALF, HALF) or part.within(HALF, 3 * HALF)
    return _with_exact_end(sine(part), expr, place) if monotone else sine(part)


def _with_exact_end(found: Range, expr: sympy.Expr, place: Place) -> Range:
    """The exact rational value at the attained end of the only symbol, where sympy knows it: sin(π/6) = 1/2.

    The argument moves one way with the symbol, so that the value at that end is the least or the largest; which of
    the two is plain where the balls are apart.
    """
    if len(expr.free_symbols) != 1:
        return found
    (symbol,) = expr.free_symbols
    slope = place.range(sympy.diff(expr.args[0], symbol))
    low = place.box[symbol].low
    value = expr.xreplace({symbol: low}) if low.is_finite else sympy.nan
    if slope is None or not (slope.nonnegative or slope.nonpositive) or not value.is_Rational:
        return found
    exact = enclose(value, {}, PRECISION)
    if exact.overlaps(found.high) and not exact.overlaps(found.low):
        return replace(found, high=exact)
    return replace(found, low=exact) if exact.overlaps(found.low) and not exact.overlaps(found.high) else found
