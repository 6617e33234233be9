"""Exact interval enclosures: end points are exact numbers, and an end that is never reached is open.

The enclosure of `expr` over a box contains every value that `expr` takes there; an end is marked open only
if no point of the box attains it. Where nothing is known, or `expr` may be undefined, there is no enclosure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache, reduce
from types import MappingProxyType
from typing import TypeAlias

import sympy

from wnverify.balls.expression import enclose
from wnverify.symbolic.proof.domain import Box
from wnverify.symbolic.proof.series import SERIES, integral, terms_of

ZERO = sympy.Integer(0)
HALF_PI = sympy.pi / 2


class UnknownSignError(ArithmeticError):
    """An exact number is too close to zero to tell its sign."""


@lru_cache(maxsize=8192)
def sign_of(number: sympy.Expr) -> int:
    """Sign of an exact real number, by balls of growing precision.

    Raises:
        UnknownSignError: if it cannot be told from zero.

    >>> sign_of(sympy.sqrt(2) - sympy.Rational(141421356, 10**8)), sign_of(-sympy.oo)
    (1, -1)
    """
    if number.is_Rational or number in (sympy.oo, -sympy.oo):
        return int(sympy.sign(number))
    if not number.is_finite:
        raise UnknownSignError(str(number))
    for precision in (64, 256, 1024):
        ball = enclose(number, {}, precision)
        if ball > 0 or ball < 0:
            return 1 if ball > 0 else -1
    if sympy.expand(number) == 0:
        return 0
    raise UnknownSignError(str(number))


@dataclass(frozen=True)
class End:
    """One end of an interval; open if it is not attained."""

    value: sympy.Expr
    open: bool = False


@dataclass(frozen=True)
class Interval:
    """All real numbers from `low` to `high`."""

    low: End
    high: End

    @property
    def nonnegative(self) -> bool:
        """Whether every number in it is ≥ 0."""
        return sign_of(self.low.value) >= 0

    @property
    def nonpositive(self) -> bool:
        """Whether every number in it is ≤ 0."""
        return sign_of(self.high.value) <= 0

    @property
    def positive(self) -> bool:
        """Whether every number in it is > 0."""
        sign = sign_of(self.low.value)
        return sign > 0 or (sign == 0 and self.low.open)

    @property
    def negative(self) -> bool:
        """Whether every number in it is < 0."""
        sign = sign_of(self.high.value)
        return sign < 0 or (sign == 0 and self.high.open)


Memo: TypeAlias = dict[sympy.Expr, Interval | None]
Known: TypeAlias = Mapping[sympy.Expr, sympy.Expr]
Rule: TypeAlias = Callable[..., Interval | None]
NOTHING: Known = MappingProxyType({})


def enclosure(expr: sympy.Expr, box: Box, memo: Memo, known: Known = NOTHING) -> Interval | None:
    """Enclose the values of `expr` over the box; None if nothing is known.

    Args:
        expr: the expression.
        box: a domain for each of its symbols.
        memo: enclosures already found for the same box; it is added to.
        known: lower ends that were proved of single expressions.

    >>> x = sympy.Symbol("x", positive=True)
    >>> from wnverify.symbolic.proof.domain import box_of
    >>> found = enclosure(1 - sympy.exp(-x), box_of([x]), {})
    >>> found.low, found.high
    (End(value=0, open=True), End(value=1, open=True))
    """
    if expr not in memo:
        try:
            memo[expr] = _lifted(_enclose(expr, box, memo, known), known.get(expr))
        except UnknownSignError:
            memo[expr] = None
    return memo[expr]


def _lifted(found: Interval | None, low: sympy.Expr | None) -> Interval | None:
    if found is None or low is None or sign_of(low - found.low.value) <= 0:
        return found
    return Interval(End(low), found.high)


def _enclose(expr: sympy.Expr, box: Box, memo: Memo, known: Known) -> Interval | None:
    if expr.is_Symbol:
        domain = box.get(expr)
        if domain is None:  # the index of a sum, which has a value only inside it
            return None
        low, high = (
            End(domain.low, domain.strict or domain.low == -sympy.oo),
            End(domain.high, domain.high == sympy.oo),
        )
        return Interval(low, high)
    if not expr.free_symbols:
        return Interval(End(expr), End(expr)) if expr.is_extended_real and expr.is_finite else None
    if isinstance(expr, SERIES):
        return _series(expr, box, known)
    parts = [enclosure(part, box, memo, known) for part in expr.args]
    sure = [part for part in parts if part is not None]
    rule = _RULES.get(expr.func)
    found = rule(*sure) if rule and len(sure) == len(parts) else None
    return _counted_power(expr, box, memo, known) if found is None and expr.is_Pow else found


def _series(expr: sympy.Expr, box: Box, known: Known) -> Interval | None:
    """A sum: the number of terms times their mean. A product of factors ≥ 0: from 0, or from 1, on."""
    terms = terms_of(expr, box)
    if terms is None:
        return None
    memo: Memo = {}
    each = enclosure(terms.term, {**box, terms.index: terms.domain}, memo, known)
    count = enclosure(terms.count, box, memo, known)
    if each is None or count is None or not count.nonnegative:
        return None
    if isinstance(expr, sympy.Sum):
        return _product(count, each)
    return _from_zero(each) if each.nonnegative else None


def _counted_power(expr: sympy.Expr, box: Box, memo: Memo, known: Known) -> Interval | None:
    """b^k for b ≥ 0 and integers k ≥ 0, also where b = 0 = k."""
    base, exponent = (enclosure(part, box, memo, known) for part in expr.args)
    if base is None or exponent is None or not (base.nonnegative and exponent.nonnegative):
        return None
    if not integral(expr.exp, box):
        return None
    return _from_zero(base)


def _from_zero(part: Interval) -> Interval:
    """Where products of any number of factors lie that all lie in an interval ≥ 0."""
    large = sign_of(part.low.value - 1) >= 0
    low = End(sympy.Integer(1)) if large else End(ZERO, part.positive)
    small = part.high.value.is_finite and sign_of(1 - part.high.value) >= 0
    return Interval(low, End(sympy.Integer(1)) if small else End(sympy.oo, True))


# ---- ends


def _least(ends: Iterable[End]) -> End:
    return reduce(lambda a, b: _pick(a, b, sign_of(a.value - b.value) if a.value != b.value else 0), ends)


def _greatest(ends: Iterable[End]) -> End:
    return reduce(lambda a, b: _pick(a, b, sign_of(b.value - a.value) if a.value != b.value else 0), ends)


def hull(parts: Iterable[Interval]) -> tuple[End, End]:
    """The ends of the smallest interval that holds several."""
    known = list(parts)
    return _least(part.low for part in known), _greatest(part.high for part in known)


def _pick(first: End, second: End, order: int) -> End:
    if order == 0:
        return End(first.value, first.open and second.open)
    return first if order < 0 else second


def _add_ends(first: End, second: End) -> End:
    return End(first.value + second.value, first.open or second.open)


def _multiply_ends(first: End, second: End) -> End:
    if first.value == 0 or second.value == 0:
        # the product 0 is attained if a factor attains 0, whatever the other factor does
        reached = any(end.value == 0 and not end.open for end in (first, second))
        return End(ZERO, not reached)
    return End(first.value * second.value, first.open or second.open)


# ---- rules


def _add(*parts: Interval) -> Interval:
    return reduce(lambda a, b: Interval(_add_ends(a.low, b.low), _add_ends(a.high, b.high)), parts)


def _multiply(*parts: Interval) -> Interval:
    return reduce(_product, parts)


def _product(first: Interval, second: Interval) -> Interval:
    if first.nonnegative and second.nonnegative:
        return Interval(_multiply_ends(first.low, second.low), _multiply_ends(first.high, second.high))
    ends = [_multiply_ends(a, b) for a in (first.low, first.high) for b in (second.low, second.high)]
    return Interval(_least(ends), _greatest(ends))


def _power(base: Interval, exponent: Interval) -> Interval | None:
    if exponent.low != exponent.high:
        return _exponential(base, exponent)
    number = exponent.low.value
    if not number.is_Rational:
        return None
    if number < 0:
        return _reciprocal(_positive_power(base, -number))
    return _positive_power(base, number)


def _positive_power(base: Interval, exponent: sympy.Rational) -> Interval | None:
    low, high = End(base.low.value**exponent, base.low.open), End(base.high.value**exponent, base.high.open)
    if base.nonnegative or (exponent.is_Integer and exponent % 2):
        return Interval(low, high)
    if not exponent.is_Integer:
        return None
    if base.nonpositive:
        return Interval(high, low)
    return Interval(End(ZERO), _greatest([low, high]))


def _reciprocal(part: Interval | None) -> Interval | None:
    if part is None or not (part.positive or part.negative):
        return None
    pole = sympy.oo if part.positive else -sympy.oo

    def invert(end: End) -> End:
        return End(pole if end.value == 0 else 1 / end.value, end.open)

    return Interval(invert(part.high), invert(part.low))


def _exponential(base: Interval, exponent: Interval) -> Interval | None:
    number = base.low.value
    if base.low != base.high or sign_of(number) <= 0:
        return None
    ends = [End(number**end.value, end.open) for end in (exponent.low, exponent.high)]
    return Interval(_least(ends), _greatest(ends))


def _increasing(function: Callable[[sympy.Expr], sympy.Expr], inside: Interval | None = None) -> Rule:
    def rule(part: Interval) -> Interval | None:
        if inside and not _within(part, inside):
            return None
        return Interval(*(End(function(end.value), end.open) for end in (part.low, part.high)))

    return rule


def _within(part: Interval, hull: Interval) -> bool:
    below, above = _order(hull.low.value, part.low.value), _order(part.high.value, hull.high.value)
    left = below > 0 or (below == 0 and (part.low.open or not hull.low.open))
    right = above > 0 or (above == 0 and (part.high.open or not hull.high.open))
    return left and right


def _order(low: sympy.Expr, high: sympy.Expr) -> int:
    """The sign of high − low, also where both are the same infinity."""
    return 0 if low == high else sign_of(high - low)


def _cosine(part: Interval) -> Interval:
    if not _within(part, Interval(End(ZERO), End(sympy.pi))):
        return _WAVE
    return Interval(End(sympy.cos(part.high.value), part.high.open), End(sympy.cos(part.low.value), part.low.open))


def _absolute(part: Interval) -> Interval:
    if part.nonnegative:
        return part
    low, high = End(-part.high.value, part.high.open), End(-part.low.value, part.low.open)
    return Interval(low, high) if part.nonpositive else Interval(End(ZERO), _greatest([part.high, high]))


def _minimum(*parts: Interval) -> Interval:
    low = _least(part.low for part in parts)
    return Interval(low, _shut(_least(part.high for part in parts)))


def _maximum(*parts: Interval) -> Interval:
    high = _greatest(part.high for part in parts)
    return Interval(_shut(_greatest(part.low for part in parts)), high)


def _shut(end: End) -> End:
    """The inner end of a minimum: open only where that is certain in every case, at infinity."""
    return End(end.value, end.value.is_infinite)


_RIGHT_ANGLES = Interval(End(-HALF_PI), End(HALF_PI))
_OPEN_ANGLES = Interval(End(-HALF_PI, True), End(HALF_PI, True))
_WAVE = Interval(End(sympy.Integer(-1)), End(sympy.Integer(1)))
_POSITIVE = Interval(End(ZERO, True), End(sympy.oo, True))
_RULES: Mapping[type, Rule] = MappingProxyType(
    {
        sympy.Add: _add,
        sympy.Mul: _multiply,
        sympy.Pow: _power,
        sympy.Min: _minimum,
        sympy.Max: _maximum,
        sympy.Abs: _absolute,
        sympy.exp: _increasing(sympy.exp),
        sympy.log: _increasing(lambda value: -sympy.oo if value == 0 else sympy.log(value), _POSITIVE),
        sympy.sin: lambda part: _increasing(sympy.sin, _RIGHT_ANGLES)(part) or _WAVE,
        sympy.tan: _increasing(sympy.tan, _OPEN_ANGLES),
        sympy.cos: _cosine,
        sympy.atan: _increasing(sympy.atan),
        sympy.tanh: _increasing(sympy.tanh),
        sympy.sinh: _increasing(sympy.sinh),
        sympy.erf: _increasing(sympy.erf),
        sympy.cosh: lambda part: _increasing(sympy.cosh)(_absolute(part)),
    }
)
