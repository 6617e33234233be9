"""Arithmetic with ends: every number is an interval of decimals that contains it, rounded outwards to 120 digits.

Exponents reach 10^18, so that e^(1000/ω) is a number like any other. An end of ±∞ is no value but the lack of a
bound; only the point (∞, ∞) is the number ∞ itself. No operator of Python's is used on decimals but comparisons: the
others would round to the 28 digits, and overflow at the exponents, of the standing context.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import MAX_EMAX, MIN_EMIN, ROUND_CEILING, ROUND_FLOOR, Context, Decimal, Inexact
from typing import Any, TypeAlias

Ends: TypeAlias = tuple[Decimal, Decimal]

DIGITS = 120


class CannotMeasure(Exception):
    """Something is about more than this script can measure; it confirms nothing."""


def _context(rounding: str, digits: int = DIGITS) -> Context:
    return Context(prec=digits, rounding=rounding, Emin=MIN_EMIN, Emax=MAX_EMAX, clamp=0, traps=[])


DOWN, UP = _context(ROUND_FLOOR), _context(ROUND_CEILING)
FINE = _context(ROUND_FLOOR, DIGITS + 60)
INFINITY, ZERO, ONE, MINUS = Decimal("Infinity"), Decimal(0), Decimal(1), Decimal(-1)
NO_BOUND = Decimal("-Infinity")
EVERYTHING = (NO_BOUND, INFINITY)


def exact(number: float | int | str | Decimal) -> Ends:
    """The interval that holds one number alone; of a float the binary number that it is."""
    return (Decimal(number), Decimal(number))


def around(value: float, error: float) -> Ends:
    """A float with what it may be wrong by."""
    return add(exact(value), (Decimal(error).copy_negate(), Decimal(error)))


def is_point(x: Ends) -> bool:
    """Whether the interval is a single finite number."""
    return x[0] == x[1] and x[0].is_finite()


def _infinite(*numbers: Ends) -> bool:
    return any(x[0] == x[1] and x[0].is_infinite() for x in numbers)


# ---- plus, minus, times, over


def add(x: Ends, y: Ends) -> Ends:
    """x + y."""
    low, high = DOWN.add(x[0], y[0]), UP.add(x[1], y[1])
    if _infinite(x) and _infinite(y) and x != y:
        raise CannotMeasure("a side is infinity less infinity")
    return (NO_BOUND if low.is_nan() else low, INFINITY if high.is_nan() else high)


def negative(x: Ends) -> Ends:
    """-x; the sign of a decimal is turned without rounding."""
    return (x[1].copy_negate(), x[0].copy_negate())


def multiply(x: Ends, y: Ends) -> Ends:
    """x times y; no bound times 0 is 0, but infinity times 0 is no number."""
    if (_infinite(x) and y[0] <= 0 <= y[1]) or (_infinite(y) and x[0] <= 0 <= x[1]):
        raise CannotMeasure("a side is infinity times what may be zero")
    pairs = [(a, b) for a in x for b in y]
    low = [ZERO if ZERO in pair else DOWN.multiply(*pair) for pair in pairs]
    high = [ZERO if ZERO in pair else UP.multiply(*pair) for pair in pairs]
    return (min(low), max(high))


def over(x: Ends, y: Ends) -> Ends:
    """x over y."""
    if y == (ZERO, ZERO):
        raise CannotMeasure("a side divides by zero")
    if y[0] < 0 < y[1]:
        return EVERYTHING
    low = NO_BOUND if y[1] == 0 else DOWN.divide(ONE, y[1])
    high = INFINITY if y[0] == 0 else UP.divide(ONE, y[0])
    if is_point(x) and is_point(y):
        return (DOWN.divide(x[0], y[0]), UP.divide(x[0], y[0]))
    return multiply(x, (low, high))


# ---- what decimals compute to the last digit, or to the last but one


def _rounded(function: Callable[..., Decimal], *numbers: Decimal, low: bool) -> Decimal:
    """A function of numbers that cannot be too large (or too small): two units of the last digit are given away."""
    context = DOWN if low else UP
    context.clear_flags()
    found = function(context, *numbers)
    if found.is_nan():
        return NO_BOUND if low else INFINITY
    if not context.flags[Inexact]:
        return found
    step = context.next_minus if low else context.next_plus
    return step(step(found))


def _both(function: Callable[..., Decimal], *numbers: Decimal) -> Ends:
    return (_rounded(function, *numbers, low=True), _rounded(function, *numbers, low=False))


def rising(function: Callable[[Ends], Ends]) -> Callable[[Ends], Ends]:
    """A rising function of an interval, from what it is at a point."""
    return lambda x: (function((x[0], x[0]))[0], function((x[1], x[1]))[1])


def falling(function: Callable[[Ends], Ends]) -> Callable[[Ends], Ends]:
    """The same for one that falls."""
    return lambda x: (function((x[1], x[1]))[0], function((x[0], x[0]))[1])


def _exp_at(x: Ends) -> Ends:
    low, high = _both(Context.exp, x[0])
    return (max(low, ZERO), high)


def _log_at(x: Ends) -> Ends:
    return (NO_BOUND, NO_BOUND) if x[0] == 0 else _both(Context.ln, x[0])


def _not_below_zero(x: Ends, what: str) -> Ends:
    """An interval cut at zero; rounding alone may have pushed its lower end below."""
    if x[1] < 0:
        raise CannotMeasure(f"a side is not real: {what} of a negative number")
    return (max(x[0], ZERO), x[1])


def sqrt(x: Ends) -> Ends:
    """The square root; exact where it is a decimal."""
    x = _not_below_zero(x, "the root")
    return (max(_rounded(Context.sqrt, x[0], low=True), ZERO), _rounded(Context.sqrt, x[1], low=False))


exp = rising(_exp_at)


def log(x: Ends) -> Ends:
    """The natural logarithm."""
    if x == (ZERO, ZERO):
        raise CannotMeasure("a side holds the logarithm of zero")
    return rising(_log_at)(_not_below_zero(x, "the logarithm"))


def power(x: Ends, y: Ends) -> Ends:
    """x to the power y."""
    if is_point(y) and y[0] == y[0].to_integral_value():
        return _whole_power(x, int(y[0]) if y[0].copy_abs() < 10**9 else None, y)
    x = _not_below_zero(x, "a power")
    if y[0] <= 0 <= x[0] == 0:
        raise CannotMeasure("a side holds a power of what may be zero")
    corners = [_both(Context.power, a, b) for a in x for b in y]
    return (max(min(low for low, _ in corners), ZERO), max(high for _, high in corners))


def _whole_power(x: Ends, exponent: int | None, y: Ends) -> Ends:
    if exponent is None:
        raise CannotMeasure("an exponent is larger than this script takes")
    if exponent < 0:
        return over(exact(1), _whole_power(x, -exponent, negative(y)))
    if exponent == 0:
        return exact(1)
    low, high = (_both(_signed_power, end, y[0]) for end in x)
    if exponent % 2:
        return (low[0], high[1])
    least = ZERO if x[0] <= 0 <= x[1] else min(low[0], high[0])
    return (max(least, ZERO), max(low[1], high[1]))


def _signed_power(context: Context, base: Decimal, exponent: Decimal) -> Decimal:
    return ZERO if base == 0 else context.power(base, exponent)


# ---- angles


def _arctangent_of_one_over(number: int, scale: int) -> int:
    total = term = scale // number
    for index in range(1, 4 * DIGITS):
        term //= -number * number
        total += term // (2 * index + 1)
    return total


def _pi() -> Decimal:
    """Machin: pi = 16 arctan(1/5) - 4 arctan(1/239), in whole numbers."""
    scale = 10 ** (DIGITS + 100)
    whole = 16 * _arctangent_of_one_over(5, scale) - 4 * _arctangent_of_one_over(239, scale)
    return Decimal(whole).scaleb(-(DIGITS + 100), FINE)


PI = _pi()
PI_ENDS, TURN = (DOWN.plus(PI), UP.plus(PI)), FINE.multiply(Decimal(2), PI)
FARTHEST, TINY = Decimal("1e40"), Decimal(f"1e-{DIGITS - 10}")


def _turned(x: Ends, start: int) -> Ends:
    """cos (start 0) or sin (start 1): Taylor's series at the middle, give or take the radius."""
    if not (x[0].is_finite() and x[1].is_finite()) or absolute(x)[1] > FARTHEST:
        return (MINUS, ONE)
    middle, radius = FINE.divide(FINE.add(x[0], x[1]), Decimal(2)), UP.subtract(x[1], x[0])
    turns = FINE.to_integral_value(FINE.divide(middle, TURN))
    rest = FINE.subtract(middle, FINE.multiply(turns, TURN))
    term = total = rest if start else ONE
    square = FINE.multiply(rest, rest).copy_negate()
    for index in range(start + 2, 4 * DIGITS, 2):
        term = FINE.divide(FINE.multiply(term, square), Decimal(index * (index - 1)))
        total = FINE.add(total, term)
    error = UP.add(radius, TINY)
    return (max(DOWN.subtract(total, error), MINUS), min(UP.add(total, error), ONE))


def sin(x: Ends) -> Ends:
    """Sine; 0 at 0."""
    return x if x == (ZERO, ZERO) else _turned(x, 1)


def cos(x: Ends) -> Ends:
    """Cosine; 1 at 0."""
    return exact(1) if x == (ZERO, ZERO) else _turned(x, 0)


# ---- made of these, and of the floats of the standard library where nothing better is at hand


def _sinh_at(x: Ends) -> Ends:
    return x if x[0] == 0 else over(add(exp(x), negative(exp(negative(x)))), exact(2))


def _tanh_at(x: Ends) -> Ends:
    whole = over(exact(2), add(exp(add(x, x)), exact(1)))
    return x if x[0] == 0 else (max(DOWN.subtract(ONE, whole[1]), MINUS), min(UP.subtract(ONE, whole[0]), ONE))


def absolute(x: Ends) -> Ends:
    """The size of a number."""
    if x[0] <= 0 <= x[1]:
        return (ZERO, max(x[0].copy_negate(), x[1]))
    return x if x[0] > 0 else negative(x)


def cosh(x: Ends) -> Ends:
    """Hyperbolic cosine."""
    x = absolute(x)
    ends = [over(add(exp((end, end)), exp(negative((end, end)))), exact(2)) for end in x]
    return (max(ends[0][0], ONE), ends[1][1])


def from_floats(function: Callable[[float], float], at: str, low: float) -> Callable[[Ends], Ends]:
    """A function of the standard library at a point, good to eight digits of the last place, where it rises or falls.

    Args:
        function: the function.
        at: its name.
        low: the least number at which it may be asked.
    """

    def found(x: Ends) -> Ends:
        try:
            number = float(x[0])
            if number < low or not math.isfinite(number):
                raise CannotMeasure(f"this script cannot take {at} there")
            value = function(number)
        except (ValueError, OverflowError):
            raise CannotMeasure(f"this script cannot take {at} there") from None
        return around(value, 1e-13 * abs(value) + 1e-15)

    return found


def _sign(x: Ends) -> Ends:
    return (Decimal((x[0] > 0) - (x[0] < 0)), Decimal((x[1] > 0) - (x[1] < 0)))


def _whole(context: Context) -> Callable[[Ends], Ends]:
    """Floor or ceiling, by the rounding of a context."""
    return lambda x: (_to_whole(x[0], context), _to_whole(x[1], context))


def _to_whole(end: Decimal, context: Context) -> Decimal:
    return end if end.is_infinite() else end.to_integral_value(rounding=context.rounding)


def _gamma(x: Ends) -> Ends:
    """The gamma function, which falls before 1.46 and rises after it."""
    return rising(from_floats(math.gamma, "gamma", 1e-300 if is_point(x) else 1.5))(x)


ONE_ARGUMENT: dict[str, Callable[[Ends], Ends]] = {
    "sqrt": sqrt, "exp": exp, "log": log, "sin": sin, "cos": cos, "Abs": absolute, "sign": _sign,
    "floor": _whole(DOWN), "ceiling": _whole(UP), "tan": lambda x: over(sin(x), cos(x)),
    "sinh": rising(_sinh_at), "cosh": cosh, "tanh": rising(_tanh_at),
    "asin": rising(from_floats(math.asin, "asin", -1)), "acos": falling(from_floats(math.acos, "acos", -1)),
    "atan": rising(from_floats(math.atan, "atan", -1e300)), "erf": rising(from_floats(math.erf, "erf", -1e300)),
    "erfc": falling(from_floats(math.erfc, "erfc", -1e300)), "gamma": _gamma,
}  # fmt: skip


def _fold(choose: Any) -> Callable[..., Ends]:
    return lambda *numbers: (choose(x[0] for x in numbers), choose(x[1] for x in numbers))


SEVERAL_ARGUMENTS: dict[str, Callable[..., Ends]] = {"Min": _fold(min), "Max": _fold(max)}
