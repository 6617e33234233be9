"""Ranges: where the values of an expression on a box lie, by interval arithmetic with balls as end points.

A range contains every value of the expression on the box. It is None where the expression, or any part of it, may
fail to be a real finite number somewhere on the box: a range is therefore a proof of definedness. An end is marked
open only if no point of the box attains it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import TypeAlias

import sympy
from flint import arb, ctx

from wnverify.balls.expression import enclose
from wnverify.errors import DomainError
from wnverify.symbolic.proof.domain import Box, Domain

PRECISION = 192
HALF = arb(1) / 2


@dataclass(frozen=True)
class Range:
    """All values lie between two numbers, each of which lies in its ball."""

    low: arb
    high: arb
    low_open: bool = False
    high_open: bool = False

    @property
    def nonnegative(self) -> bool:
        """Whether every value is certainly ≥ 0."""
        return bool(self.low >= 0)

    @property
    def nonpositive(self) -> bool:
        """Whether every value is certainly ≤ 0."""
        return bool(self.high <= 0)

    @property
    def positive(self) -> bool:
        """Whether every value is certainly > 0."""
        return bool(self.low > 0) or bool(self.low == 0 and self.low_open)

    def turned(self) -> Range:
        """The range of the negative."""
        return Range(-self.high, -self.low, self.high_open, self.low_open)

    def meet(self, other: Range) -> Range:
        """Where the values lie if both ranges contain them."""
        low, low_open = _last(self.low, not self.low_open, other.low, not other.low_open)
        high, high_open = _first(self.high, not self.high_open, other.high, not other.high_open)
        return Range(low, high, not low_open, not high_open)

    def hull(self, other: Range) -> Range:
        """Everything that lies in one of two ranges or between them."""
        low, low_open = _first(self.low, self.low_open, other.low, other.low_open)
        high, high_open = _last(self.high, self.high_open, other.high, other.high_open)
        return Range(low, high, low_open, high_open)

    def within(self, low: arb, high: arb, *, open_ends: bool = False) -> bool:
        """Whether it lies in [low, high], or in (low, high)."""
        left = self.low > low or (self.low >= low and (self.low_open or not open_ends))
        right = self.high < high or (self.high <= high and (self.high_open or not open_ends))
        return bool(left) and bool(right)


@dataclass(frozen=True)
class Place:
    """A box, and the ranges found on it so far; what is proved of an expression there is added by `learn`."""

    box: Box
    memo: dict[sympy.Expr, Range | None] = field(default_factory=dict)
    lemmas: Mapping[sympy.Expr, Range] = field(default_factory=dict)

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
        return Place({**self.box, symbol: domain}, {}, self.lemmas)

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


Rule: TypeAlias = Callable[..., Range | None]


def _range(expr: sympy.Expr, place: Place) -> Range | None:
    if expr.is_Symbol:
        domain = place.box[expr]
        low, high = end(domain.low), end(domain.high)
        return Range(low, high, domain.strict or not low.is_finite(), not high.is_finite())
    if not expr.free_symbols:
        return _constant(expr)
    if expr.func in (sympy.sin, sympy.cos, sympy.tan):
        return _circular(expr, place)
    parts = [place.range(part) for part in expr.args]
    known = [part for part in parts if part is not None]
    rule = _RULES.get(expr.func)
    if rule is None or len(known) < len(parts):
        return None
    with ctx.workprec(PRECISION):
        return rule(*known)


def _constant(expr: sympy.Expr) -> Range | None:
    try:
        ball = enclose(expr, {}, PRECISION)
    except DomainError:
        return None
    return Range(ball, ball) if ball.is_finite() else None


# ---- ends: where two ends may be the same number, the result is open only if both are


def _first(a: arb, a_open: bool, b: arb, b_open: bool) -> tuple[arb, bool]:
    if a < b:
        return a, a_open
    return (b, b_open) if b < a else (arb.min(a, b), a_open and b_open)


def _last(a: arb, a_open: bool, b: arb, b_open: bool) -> tuple[arb, bool]:
    low, is_open = _first(-a, a_open, -b, b_open)
    return -low, is_open


def _product_end(a: arb, a_open: bool, b: arb, b_open: bool) -> tuple[arb, bool]:
    if a == 0 or b == 0:
        # the product 0 is attained if a factor attains 0, whatever the other does; an infinite end is never attained
        return arb(0), not ((a == 0 and not a_open) or (b == 0 and not b_open))
    return a * b, a_open or b_open


# ---- operations


def _add(*parts: Range) -> Range:
    def plus(a: Range, b: Range) -> Range:
        return Range(a.low + b.low, a.high + b.high, a.low_open or b.low_open, a.high_open or b.high_open)

    return reduce(plus, parts)


def _multiply(*parts: Range) -> Range:
    return reduce(_times, parts)


def _times(first: Range, second: Range) -> Range:
    ends = [
        _product_end(*a, *b)
        for a in ((first.low, first.low_open), (first.high, first.high_open))
        for b in ((second.low, second.low_open), (second.high, second.high_open))
    ]
    low = reduce(lambda a, b: _first(*a, *b), ends)
    high = reduce(lambda a, b: _last(*a, *b), ends)
    return Range(low[0], high[0], low[1], high[1])


def _power(base: Range, exponent: Range) -> Range | None:
    number = exponent.low
    if not (exponent.low == exponent.high and number.is_exact()):
        return _any_power(base, exponent)
    whole = number.unique_fmpz() if number.is_integer() else None
    if whole is not None:
        found: Range | None = _integer_power(base, abs(int(whole)))
    elif base.nonnegative:
        found = _mapped(base, lambda value: _root_end(value, abs(number)))
    else:
        return None
    return found if number >= 0 else _reciprocal(found)


def _any_power(base: Range, exponent: Range) -> Range | None:
    if (
        exponent.low.overlaps(exponent.high) and base.nonnegative and exponent.low > 0
    ):  # one number, not exact in binary
        return _mapped(base, lambda value: _root_end(value, exponent.low.union(exponent.high)))
    if exponent.low.overlaps(exponent.high) and exponent.high < 0:
        return _reciprocal(_any_power(base, exponent.turned()))
    logarithm = _log(base)
    return None if logarithm is None else _exp(_times(exponent, logarithm))


def _root_end(value: arb, exponent: arb) -> arb:
    if value == 0 or not value.is_finite():
        return value
    return value**exponent


def _integer_power(base: Range, exponent: int) -> Range:
    def power(value: arb) -> arb:
        if not value.is_finite() and not value.is_nan():
            return abs(value) if exponent % 2 == 0 else value
        return value**exponent

    if exponent == 0:
        return Range(arb(1), arb(1))
    if exponent % 2 or base.nonnegative:
        return _mapped(base, power)
    if base.nonpositive:
        return _mapped(base.turned(), power)
    high, is_open = _last(power(base.low), base.low_open, power(base.high), base.high_open)
    return Range(arb(0), high, False, is_open)


def _reciprocal(part: Range | None) -> Range | None:
    if part is None:
        return None
    if part.turned().positive:
        inverse = _reciprocal(part.turned())
        return None if inverse is None else inverse.turned()
    if not part.positive:
        return None
    high = arb.pos_inf() if part.low == 0 else 1 / part.low
    return Range(arb(0) if not part.high.is_finite() else 1 / part.high, high, part.high_open, part.low_open)


def _mapped(part: Range, function: Callable[[arb], arb]) -> Range:
    """An increasing function, end by end."""
    return Range(function(part.low), function(part.high), part.low_open, part.high_open)


def _increasing(function: Callable[[arb], arb], low: arb | None = None, high: arb | None = None) -> Rule:
    def rule(part: Range) -> Range | None:
        if low is not None and high is not None and not part.within(low, high):
            return None
        return _mapped(part, function)

    return rule


def _exp(part: Range) -> Range:
    return _mapped(part, lambda value: arb(0) if value == arb.neg_inf() else value.exp())


def _log(part: Range) -> Range | None:
    if not part.positive:
        return None
    return _mapped(part, lambda value: arb.neg_inf() if value == 0 else value.log())


def _erf(value: arb) -> arb:
    return value.erf() if value.is_finite() else value.sgn()


def _sinh(part: Range) -> Range:
    return _mapped(part, lambda value: value.sinh() if value.is_finite() else value)


def _even(part: Range, function: Callable[[arb], arb]) -> Range:
    """An even function that rises on the positive half."""
    size = _absolute(part)
    return _mapped(size, function)


def _absolute(part: Range) -> Range:
    if part.nonnegative:
        return part
    if part.nonpositive:
        return part.turned()
    high, is_open = _last(-part.low, part.low_open, part.high, part.high_open)
    return Range(arb(0), high, False, is_open)


def _circular(expr: sympy.Expr, place: Place) -> Range | None:
    """Sine, cosine or tangent; the argument is taken in half turns, so that multiples of π are exact."""
    part = place.turns(expr.args[0])
    if part is None:
        return None
    if expr.func is sympy.tan:
        return _mapped(part, _tangent) if part.within(-HALF, HALF, open_ends=True) else None
    if expr.func is sympy.cos:
        part = Range(part.low + HALF, part.high + HALF, part.low_open, part.high_open)
    monotone = part.within(-HALF, HALF) or part.within(HALF, 3 * HALF)
    return _with_exact_end(_sine(part), expr, place) if monotone else _sine(part)


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


def _sine(part: Range) -> Range:
    """sin(πu): it rises up to u = 1/2, falls up to 3/2, and lies above its ends between 0 and 1."""
    if part.within(-HALF, HALF):
        return _mapped(part, arb.sin_pi)
    if part.within(HALF, 3 * HALF):
        return _mapped(part, lambda value: -value.sin_pi()).turned()
    if part.within(arb(0), arb(1)):
        low, low_open = _first(part.low.sin_pi(), part.low_open, part.high.sin_pi(), part.high_open)
        return Range(low, arb(1), low_open, False)
    whole = Range(arb(-1), arb(1))
    if not (part.low.is_finite() and part.high.is_finite()):
        return whole
    value = part.low.union(part.high).sin_pi()
    return Range(value.lower(), value.upper()).meet(whole)


def _tangent(value: arb) -> arb:
    if abs(value) == HALF:
        return arb.pos_inf() if value > 0 else arb.neg_inf()
    return value.sin_pi() / value.cos_pi()


def _falling(rule: Rule) -> Rule:
    def turned(part: Range) -> Range | None:
        found = rule(part)
        return None if found is None else found.turned()

    return turned


def _minimum(*parts: Range) -> Range:
    def lower(a: Range, b: Range) -> Range:
        low, low_open = _first(a.low, a.low_open, b.low, b.low_open)
        high = arb.min(a.high, b.high)
        return Range(low, high, low_open, not high.is_finite())

    return reduce(lower, parts)


def _maximum(*parts: Range) -> Range:
    return _minimum(*(part.turned() for part in parts)).turned()


def _stepped(function: Callable[[arb], arb]) -> Rule:
    """A rising step function: a limit from inside may be attained, so no finite end is open."""

    def rule(part: Range) -> Range:
        low, high = (value if not value.is_finite() else function(value) for value in (part.low, part.high))
        return Range(low, high, not low.is_finite(), not high.is_finite())

    return rule


_ONE = arb(1)
_RULES: Mapping[type, Rule] = {
    sympy.Add: _add,
    sympy.Mul: _multiply,
    sympy.Pow: _power,
    sympy.Min: _minimum,
    sympy.Max: _maximum,
    sympy.Abs: _absolute,
    sympy.exp: _exp,
    sympy.log: _log,
    sympy.asin: _increasing(arb.asin, -_ONE, _ONE),
    sympy.acos: _falling(_increasing(lambda value: -value.acos(), -_ONE, _ONE)),
    sympy.atan: _increasing(arb.atan),
    sympy.tanh: _increasing(arb.tanh),
    sympy.sinh: _sinh,
    sympy.cosh: lambda part: _even(part, lambda value: value.cosh() if value.is_finite() else value),
    sympy.erf: _increasing(_erf),
    sympy.erfc: _falling(_increasing(lambda value: _erf(value) - 1)),
    sympy.floor: _stepped(arb.floor),
    sympy.ceiling: _stepped(arb.ceil),
    sympy.sign: lambda part: Range(part.low.sgn(), part.high.sgn()),
}
