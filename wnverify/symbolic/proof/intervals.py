"""Interval arithmetic with balls as end points: ranges, and what the operations do to them.

An end is marked open only if no point of the box attains it. An operation that may fail to give a real finite number
somewhere gives no range.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import TypeAlias

import sympy
from flint import arb

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


Rule: TypeAlias = Callable[..., Range | None]


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
        found = mapped(base, lambda value: _root_end(value, abs(number)))
    else:
        return None
    return found if number >= 0 else _reciprocal(found)


def _any_power(base: Range, exponent: Range) -> Range | None:
    if (
        exponent.low.overlaps(exponent.high) and base.nonnegative and exponent.low > 0
    ):  # one number, not exact in binary
        return mapped(base, lambda value: _root_end(value, exponent.low.union(exponent.high)))
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
        return mapped(base, power)
    if base.nonpositive:
        return mapped(base.turned(), power)
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


def mapped(part: Range, function: Callable[[arb], arb]) -> Range:
    """What an increasing function makes of a range, end by end."""
    return Range(function(part.low), function(part.high), part.low_open, part.high_open)


def _increasing(function: Callable[[arb], arb], low: arb | None = None, high: arb | None = None) -> Rule:
    def rule(part: Range) -> Range | None:
        if low is not None and high is not None and not part.within(low, high):
            return None
        return mapped(part, function)

    return rule


def _exp(part: Range) -> Range:
    return mapped(part, lambda value: arb(0) if value == arb.neg_inf() else value.exp())


def _log(part: Range) -> Range | None:
    if not part.positive:
        return None
    return mapped(part, lambda value: arb.neg_inf() if value == 0 else value.log())


def _erf(value: arb) -> arb:
    return value.erf() if value.is_finite() else value.sgn()


def _sinh(part: Range) -> Range:
    return mapped(part, lambda value: value.sinh() if value.is_finite() else value)


def _even(part: Range, function: Callable[[arb], arb]) -> Range:
    """An even function that rises on the positive half."""
    size = _absolute(part)
    return mapped(size, function)


def _absolute(part: Range) -> Range:
    if part.nonnegative:
        return part
    if part.nonpositive:
        return part.turned()
    high, is_open = _last(-part.low, part.low_open, part.high, part.high_open)
    return Range(arb(0), high, False, is_open)


def sine(part: Range) -> Range:
    """sin(πu): it rises up to u = 1/2, falls up to 3/2, and lies above its ends between 0 and 1."""
    if part.within(-HALF, HALF):
        return mapped(part, arb.sin_pi)
    if part.within(HALF, 3 * HALF):
        return mapped(part, lambda value: -value.sin_pi()).turned()
    if part.within(arb(0), arb(1)):
        low, low_open = _first(part.low.sin_pi(), part.low_open, part.high.sin_pi(), part.high_open)
        return Range(low, arb(1), low_open, False)
    whole = Range(arb(-1), arb(1))
    if not (part.low.is_finite() and part.high.is_finite()):
        return whole
    value = part.low.union(part.high).sin_pi()
    return Range(value.lower(), value.upper()).meet(whole)


def tangent(value: arb) -> arb:
    """tan(πu) inside its period, infinite at the ends."""
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
RULES: Mapping[type, Rule] = {
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
