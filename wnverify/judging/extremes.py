"""Extremes: sides beyond the range of floats, evaluated again in balls, whose exponents know no limit.

The values that were measured are taken as they are; only the formula is evaluated again. What comes out is one of
three things: both sides, brought to a common scale; a side that is no real number there, which is an error of the
claim; or neither, where the formula is undefined at this very point alone (a pole, the end of its domain) or no ball
is finite. Such an instance counts as not evaluated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import sympy

from wnverify.arrays import BoolArray, FloatArray
from wnverify.claim import Relation
from wnverify.errors import DomainError
from wnverify.judging.formula import Values
from wnverify.judging.terms import is_atom, size
from wnverify.quantity import Quantity

LEAST = 1e-290
"""Sides that are larger lost nothing to underflow."""
PRECISIONS = (128, 1024)
NUDGE = 1e-9
"""By how much a measured value is moved to see whether a formula is undefined beside it as well."""
At = Mapping[sympy.Symbol, Any]


class Range:
    """Tells which instances over- or underflow may have spoilt; made once for a relation.

    Args:
        main: the relation.
    """

    def __init__(self, main: Relation) -> None:
        self.sides = [side for side in (main.lhs, main.rhs) if not is_atom(side)]
        self.compound = (not is_atom(main.lhs), not is_atom(main.rhs))
        self.factors = [_factors(side) for side in self.sides]

    def suspicious(self, values: Values, lhs: FloatArray, rhs: FloatArray) -> BoolArray | None:
        """Where a side is not finite, or so small that its terms may have vanished, (B,); None if nowhere."""
        finite = np.isfinite(lhs) & np.isfinite(rhs)
        tiny = [side for side, compound in zip((lhs, rhs), self.compound, strict=True) if compound]
        if finite.all() and not any((np.abs(side) < LEAST).any() for side in tiny):
            return None
        found = ~finite
        for expression, side, factors in zip(self.sides, tiny, self.factors, strict=True):
            small = np.abs(side) < LEAST
            for name in factors if small.any() else ():
                small &= values[name] != 0.0  # a factor that is 0 makes the side 0, and nothing vanished
            if small.any():
                found |= small & (size(expression)(values) < LEAST)
        return np.asarray(found)


def _factors(side: sympy.Expr) -> list[str]:
    """The symbols that are factors of a side, in a positive power."""
    powers = (factor.as_base_exp() for factor in sympy.Mul.make_args(side))
    return [base.name for base, exponent in powers if base.is_Symbol and exponent.is_positive]


def rescaled(relation: Relation, values: Values, index: int) -> tuple[float, float] | None:
    """Both sides of one instance, times the same power of two, near 1; None where balls do not tell them."""
    at = _point(relation.free_symbols, values, index)
    if not all(np.isfinite(value) for value in at.values()):
        return None
    for precision in PRECISIONS:
        sides = [_enclosed(side, at, precision) for side in (relation.lhs, relation.rhs)]
        if all(side is not None and _is_narrow(side) for side in sides):
            return _together(sides)
    return None


def undefined(expression: sympy.Expr, values: Values, index: int) -> bool:
    """Whether a formula is no real number at one instance, and not beside it either."""
    at = _point(expression.free_symbols, values, index)
    if any(np.isnan(value) for value in at.values()):
        return False
    return not any(_is_real(expression, near) for near in (at, *_beside(at)))


def _point(symbols: set[sympy.Symbol], values: Values, index: int) -> dict[sympy.Symbol, float]:
    return {symbol: float(values[symbol.name][index]) for symbol in symbols}


def _enclosed(expression: sympy.Expr, at: At, precision: int) -> Any:
    """A ball, or None for a function that has none."""
    from wnverify.balls.expression import enclose  # flint loads only where something is certified

    try:
        return enclose(expression, at, precision)
    except DomainError:
        return None


def _is_narrow(ball: Any) -> bool:
    return bool(ball.is_finite()) and bool(ball.is_exact() or ball.rad() < NUDGE * abs(ball.mid()))


def _is_real(expression: sympy.Expr, at: At) -> bool:
    """Whether some ball of it is finite; a function without balls gets the benefit of the doubt."""
    if expression.has(sympy.I):
        return False
    ball = _enclosed(expression, at, PRECISIONS[-1])
    return ball is None or bool(ball.is_finite())


def _together(sides: list[Any]) -> tuple[float, float]:
    from flint import arb

    mids = [side.mid() for side in sides]
    pairs = [tuple(int(part) for part in mid.man_exp()) for mid in mids]
    top = max((mantissa.bit_length() + exponent for mantissa, exponent in pairs if mantissa), default=0)
    left, right = (float(mid * arb((1, -top))) for mid in mids)
    return left, right


def _beside(at: Mapping[sympy.Symbol, float]) -> Iterator[At]:
    """One measured value moved a little, within its domain."""
    for symbol, value in at.items():
        if isinstance(symbol, Quantity) and symbol.source.of_situation:
            continue
        low, high = (symbol.low, symbol.high) if isinstance(symbol, Quantity) else (-sympy.oo, sympy.oo)
        for step in (NUDGE, -NUDGE):
            moved = value + step * max(abs(value), NUDGE)
            if low <= moved <= high:
                yield {**at, symbol: moved}
