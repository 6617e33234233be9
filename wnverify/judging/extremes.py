"""Extremes: sides beyond the range of floats, evaluated again in balls, whose exponents know no limit.

The values that were measured are taken as they are; only the formula is evaluated again. What comes out is one of
three things: both sides, brought to a common scale; a side that is no real number there, which is an error of the
claim; or neither, where the formula is undefined at this very point alone (a pole, the end of its domain) or no ball
is finite. Such an instance counts as not evaluated.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce
from typing import Any

import numpy as np
import sympy

from wnverify.arrays import BoolArray, FloatArray
from wnverify.claim import Relation
from wnverify.errors import DomainError
from wnverify.judging.formula import Values
from wnverify.judging.terms import Constants, is_atom, is_constant, size
from wnverify.quantities import Quantity

LEAST = 1e-290
"""Sides that are larger lost nothing to underflow."""
TINY = 1e-60
PRECISIONS = (128, 1024)
NUDGE = 1e-9
"""By how much a measured value is moved to see whether a formula is undefined beside it as well."""
At = Mapping[sympy.Symbol, Any]


@dataclass(frozen=True)
class Range:
    """Tells which instances over- or underflow may have spoilt; made once for a relation.

    Args:
        main: the relation.
    """

    main: Relation

    @cached_property
    def compound(self) -> list[sympy.Expr | None]:
        """The sides; None for one that is a symbol or a number, in which nothing can vanish."""
        return [None if is_atom(side) else side for side in (self.main.lhs, self.main.rhs)]

    @cached_property
    def vanishing(self) -> list[bool]:
        """Whether the terms of a side may vanish without one of them being tiny."""
        return [side is not None and _may_vanish(side) for side in self.compound]

    def suspicious(self, values: Values, lhs: FloatArray, rhs: FloatArray) -> BoolArray | None:
        """Where a side is not finite, or both are so small that their terms may have vanished, (B,); None if nowhere.

        Beside a side of usual size, one that vanished is nothing.
        """
        both = np.abs(lhs) + np.abs(rhs)
        if both.min(initial=1.0) >= 2 * LEAST and both.max(initial=0.0) < np.inf:  # never where one is NaN
            return None
        found = ~(np.isfinite(lhs) & np.isfinite(rhs))
        small = np.flatnonzero((np.abs(lhs) < LEAST) & (np.abs(rhs) < LEAST))
        there = {name: array[small] for name, array in values.items()} if small.size else {}
        for expression, vanishing in zip(self.compound, self.vanishing, strict=True):
            if expression is None or not small.size:
                continue
            doubtful = vanishing or _any_tiny(there, expression)
            if np.any(doubtful):
                doubtful = doubtful & np.logical_not(_is_zero(expression, there))
            if np.any(doubtful):
                found[small] |= doubtful & (size(expression)(there) < LEAST)
        return found if found.any() else None


def _may_vanish(expression: sympy.Expr) -> bool:
    """Whether numbers of usual size may come to less than any float: by an exponential, or a power of any height."""
    powers = expression.atoms(sympy.Pow)
    return bool(expression.has(sympy.Function) or any(power.exp.free_symbols for power in powers))


def _any_tiny(values: Values, expression: sympy.Expr) -> BoolArray:
    """Where a measured value is tiny without being 0; products of others are far from vanishing."""
    names = [symbol.name for symbol in expression.free_symbols]
    return reduce(np.logical_or, ((values[name] != 0.0) & (np.abs(values[name]) < TINY) for name in names))


def _is_zero(expression: sympy.Expr, values: Values) -> Any:
    """Where a formula is 0 for certain, (B,) or one truth value: by a factor that was measured as 0, or as all terms.

    >>> x, y = sympy.symbols("x y")
    >>> _is_zero(abs(x * y) - x / 2, {"x": np.array([0.0, 1e-320]), "y": np.array([3.0, 0.0])}).tolist()
    [True, False]
    """
    if expression.is_Symbol:
        return values[expression.name] == 0.0
    parts = [_is_zero(part, values) for part in expression.args if isinstance(part, sympy.Expr)]
    if expression.is_Mul:
        return reduce(np.logical_or, parts)
    if expression.is_Add or _keeps_zero(expression):
        return reduce(np.logical_and, parts)
    return parts[0] if expression.is_Pow and expression.exp.is_positive else bool(expression.is_zero)


def _keeps_zero(expression: sympy.Expr) -> bool:
    """Whether it is a function that is 0 where all of its arguments are; no case distinction is taken for one."""
    whole = isinstance(expression, sympy.Function | sympy.Min | sympy.Max) and not expression.is_Piecewise
    return whole and _at_zero(expression.func, len(expression.args))


@lru_cache(maxsize=256)
def _at_zero(head: type, count: int) -> bool:
    return bool(head(*[sympy.S.Zero] * count).is_zero)


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


def undefined(expression: sympy.Expr, values: Values, index: int, constants: Constants) -> bool:
    """Whether a formula is no real number at one instance, and not beside it either."""
    at = _point(expression.free_symbols, values, index)
    if not all(np.isfinite(value) or is_constant(symbol, constants) for symbol, value in at.items()):
        return False
    return not any(_is_real(expression, near) for near in (at, *_beside(at, constants)))


def _point(symbols: Collection[sympy.Symbol], values: Values, index: int) -> dict[sympy.Symbol, float]:
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


def _beside(at: Mapping[sympy.Symbol, float], constants: Constants) -> Iterator[At]:
    """One measured value moved a little, within its domain."""
    for symbol, value in at.items():
        if is_constant(symbol, constants) or not math.isfinite(value):
            continue
        low, high = (symbol.low, symbol.high) if isinstance(symbol, Quantity) else (-sympy.oo, sympy.oo)
        for step in (NUDGE, -NUDGE):
            moved = value + step * max(abs(value), NUDGE)
            if low <= moved <= high:
                yield {**at, symbol: moved}
