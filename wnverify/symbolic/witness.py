"""Witnesses: points where a claimed inequality fails, small enough to read and certified in balls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import sympy
from numpy.typing import NDArray

from wnverify.arrays import BoolArray, FloatArray
from wnverify.balls import expression as balls
from wnverify.errors import DomainError
from wnverify.symbolic.proof.domain import Point
from wnverify.symbolic.proof.series import SERIES
from wnverify.symbolic.sampling import MOST_TERMS, Columns, Memo, evaluate, point_at

Pair: TypeAlias = tuple[sympy.Symbol, sympy.Symbol]
ROUNDING = 1e-9
TRIES = 12
SIMPLEST = 10
CLEAR = 0.01


@dataclass(frozen=True)
class Search:
    """What sampling said of `lhs ≤ rhs`.

    Args:
        evaluated: at how many points both sides had a value.
        worst: the largest lhs/rhs where rhs > 0; None if there was no such point.
        witness: a certified point of violation with both sides; None if there is none.
        suspects: points that look like violations in doubles but could not be certified.
    """

    evaluated: int
    worst: float | None
    witness: Mapping[str, str] | None
    suspects: int


def search(
    lhs: sympy.Expr, rhs: sympy.Expr, columns: Columns, ordered: Pair | None = None, memo: Memo | None = None
) -> Search:
    """Look for points with lhs > rhs, certify one and make it as simple as possible.

    Args:
        lhs: the side that is claimed to be smaller.
        rhs: the side that is claimed to be larger.
        columns: the points.
        ordered: two symbols of which the first must stay at or below the second.
        memo: values already found at the points; it is added to.

    >>> x = sympy.Symbol("x", positive=True)
    >>> found = search(x, x**2, {x: np.array([2.0, 0.5])})
    >>> found.witness
    {'x': '1/2', 'left side': '0.500000000000', 'right side': '0.250000000000'}
    """
    left, right = evaluate(lhs, columns, memo), evaluate(rhs, columns, memo)
    usable = np.isfinite(left) & np.isfinite(right)
    excess = np.where(usable, _excess(left, right), 0.0)
    clear, narrow = np.flatnonzero(excess > ROUNDING), np.argsort(-excess)[:TRIES]
    suspects = 0
    for row in readable(columns, clear) or [int(row) for row in narrow if excess[row] > 0]:
        point = point_at(columns, row)
        decision = balls.compare(lhs, rhs, point, "<=", max_precision=512)
        if decision is balls.Decision.FALSE:
            point = _simplified(lhs, rhs, point, columns, ordered)
            witness = describe(point) | {"left side": value_at(lhs, point), "right side": value_at(rhs, point)}
            return Search(int(usable.sum()), _worst(left, right, usable), witness, 0)
        suspects += decision is balls.Decision.UNKNOWN and len(clear) > 0
    return Search(int(usable.sum()), _worst(left, right, usable), None, suspects)


def _excess(left: FloatArray, right: FloatArray) -> FloatArray:
    """(lhs − rhs)/(|lhs| + |rhs|), 0 where both vanish."""
    with np.errstate(all="ignore"):
        return np.nan_to_num((left - right) / (np.abs(left) + np.abs(right)), nan=0.0, posinf=0.0, neginf=0.0)


def _simplified(lhs: sympy.Expr, rhs: sympy.Expr, point: Point, columns: Columns, ordered: Pair | None) -> Point:
    """Two passes over the symbols, each time taking the simplest sampled value at which the point still violates."""
    for symbol in [*columns, *columns]:
        simple = sorted({float(value) for value in columns[symbol]}, key=_length)[:SIMPLEST]
        trial = {other: np.full(len(simple), float(value)) for other, value in point.items()} | {
            symbol: np.array(simple)
        }
        excess = _excess(evaluate(lhs, trial), evaluate(rhs, trial))
        current = float(_excess(*(evaluate(side, _single(point)) for side in (lhs, rhs)))[0])
        for row in np.flatnonzero(excess >= min(current, CLEAR)):
            moved = point_at(trial, int(row))
            if _length(float(moved[symbol])) < _length(float(point[symbol])) and _admissible(
                lhs, rhs, moved, ordered
            ):
                point = moved
                break
    return point


def _single(point: Point) -> Columns:
    return {symbol: np.array([float(value)]) for symbol, value in point.items()}


def _admissible(lhs: sympy.Expr, rhs: sympy.Expr, point: Point, ordered: Pair | None) -> bool:
    if ordered and not point[ordered[0]] <= point[ordered[1]]:
        return False
    return balls.compare(lhs, rhs, point, "<=", max_precision=512) is balls.Decision.FALSE


def _length(value: float) -> tuple[int, float]:
    """How long a number is to read; among equals, how large."""
    return len(f"{abs(value):g}"), abs(value)


def undefined(
    expressions: Iterable[sympy.Expr], columns: Columns, memo: Memo | None = None
) -> Mapping[str, str] | None:
    """A sampled point at which some expression is not a finite real number, by balls; None if there is none."""
    for expression in expressions:
        values = evaluate(expression, columns, memo)
        rows = readable(columns, np.flatnonzero(np.isnan(values))) + readable(
            columns, np.flatnonzero(np.isinf(values))
        )
        bad = next((p for p in (point_at(columns, row) for row in rows) if not finite_at(expression, p)), None)
        if bad is not None:
            return describe(bad) | {"value": "not a finite real number"}
    return None


def _worst(left: FloatArray, right: FloatArray, usable: BoolArray) -> float | None:
    proper = usable & (right > 0)
    with np.errstate(all="ignore"):
        ratios = left[proper] / right[proper]
    return float(np.max(ratios)) if proper.any() else None


def readable(columns: Columns, rows: NDArray[np.intp]) -> list[int]:
    """The few rows with the shortest numbers; among those the smallest."""

    def cost(row: int) -> tuple[int, float]:
        lengths = [_length(float(column[row])) for column in columns.values()]
        return sum(length for length, _ in lengths), sum(size for _, size in lengths)

    return sorted((int(row) for row in rows[:500]), key=cost)[:TRIES]


def describe(point: Point) -> dict[str, str]:
    """A point in words, one entry a symbol."""
    return {symbol.name: str(value) for symbol, value in point.items()}


def short_at(expression: sympy.Expr, point: Point) -> bool:
    """Whether every sum and product in it has few terms at a point, so that balls can add them up."""
    counts = [length.xreplace(dict(point)) for length in _lengths(expression)]
    return all(not count.is_number or count <= MOST_TERMS for count in counts)


@lru_cache(maxsize=256)
def _lengths(expression: sympy.Expr) -> tuple[sympy.Expr, ...]:
    """From the first index to the last, for every sum and product in an expression."""
    ends = [limits[1:] for series in expression.atoms(*SERIES) for limits in series.limits]
    return tuple(high - low for low, high in ends)


def value_at(expression: sympy.Expr, point: Point) -> str:
    """Value of the expression at a point, every printed digit certified."""
    ball = balls.enclose(expression, point, 192)
    return str(ball.str(12, radius=False)) if ball.is_finite() else "not a finite real number"


def finite_at(expression: sympy.Expr, point: Point) -> bool:
    """Whether the balls give the expression a finite real value; a sum that is too long to be written out may."""
    if expression.has(*SERIES) and not short_at(expression, point):
        return True
    try:
        return any(balls.enclose(expression, point, precision).is_finite() for precision in (128, 1024))
    except DomainError:
        return False
