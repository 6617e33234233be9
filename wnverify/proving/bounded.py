"""Bounded: the numbers that a bound demands, as functions of the scale on a box; the checker's own view of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import TypeAlias

import sympy
from flint import arb

from wnverify.balls.expression import enclose
from wnverify.errors import RecordError, expected
from wnverify.proving.laws import u
from wnverify.proving.series import Box, Slope

Number: TypeAlias = Callable[[Box], Slope]
"""Its value on a box, whose last coordinate is u."""
Constants: TypeAlias = Mapping[sympy.Symbol, arb]


def number(expression: sympy.Expr, constants: Constants, factor: arb) -> Number:
    """A number times a factor, for every box.

    Args:
        expression: it, in u and constants.
        constants: their balls.
        factor: e.g. a slack.

    Raises:
        RecordError: if it has a function that the checker does not know.
    """
    plain = _number(expression, constants)
    return lambda box: box.number(factor) * plain(box)


def _number(part: sympy.Expr, constants: Constants) -> Number:
    if u not in part.free_symbols:
        ball = enclose(part, constants)
        return lambda box: box.number(ball)
    if part == u:
        return lambda box: box.coordinate(len(box.centre) - 1)
    if isinstance(part, sympy.Pow):
        return _power(_number(part.base, constants), part.exp)
    join = next((join for kind, join in JOINED.items() if isinstance(part, kind)), None)
    if join is None:
        raise RecordError(expected("a bound of sums, products, powers, maxima and minima", str(part.func)))
    numbers = [_number(each, constants) for each in part.args]
    return lambda box: reduce(join, [each(box) for each in numbers])


def _power(base: Number, exponent: sympy.Expr) -> Number:
    """An integer power, or that of a square root."""
    doubled = 2 * exponent
    if not doubled.is_Integer or abs(doubled) > MOST:
        raise RecordError(expected("small powers, and roots of them", f"the power {exponent}"))
    whole, times = exponent.is_Integer, abs(int(exponent if exponent.is_Integer else doubled))

    def value(box: Box) -> Slope:
        one = base(box) if whole else base(box).root()
        product = reduce(Slope.__mul__, [one] * times) if times != 2 else one.squared()
        return box.number(1).divided(product) if exponent.is_negative else product

    return value


def _smaller(left: Slope, right: Slope) -> Slope:
    """min(g, h) = −max(−g, −h)."""
    zero = left.box.number(0)
    return zero - (zero - left).larger(zero - right)


MOST = 16
JOINED: Mapping[type, Callable[[Slope, Slope], Slope]] = {
    sympy.Add: Slope.__add__,
    sympy.Mul: Slope.__mul__,
    sympy.Max: Slope.larger,
    sympy.Min: _smaller,
}
