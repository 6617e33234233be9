"""Measured: one number that an experiment measures, with what is certified of it, and medians over draws."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Measured:
    """One number, at one place.

    Args:
        kind: what it is; the experiment says what x and the value are.
        problem: of which problem.
        method: how it was trained.
        draw: which of the problems drawn.
        scale: of the start, as the experiment says.
        x: where it was measured.
        value: the number; None where there is none.
        low: what it cannot be below, as certified; None where nothing is.
        high: what it cannot exceed.
    """

    kind: str
    problem: str
    method: str
    draw: int
    scale: float
    x: float
    value: float | None = None
    low: float | None = None
    high: float | None = None


def of(rows: Sequence[Measured], kind: str, **parts: object) -> list[Measured]:
    """The rows of one kind.

    Args:
        rows: any.
        kind: which.
        parts: what other fields have to be.

    >>> of([Measured("a", "p", "m", 0, 1.0, 2.0), Measured("a", "q", "m", 0, 1.0, 3.0)], "a", problem="q")[0].x
    3.0
    """
    return [row for row in rows if row.kind == kind and all(getattr(row, key) == want for key, want in parts.items())]


def crossed(rows: Sequence[Measured], room: float) -> int:
    """How many numbers lie outside of what is certified.

    Args:
        rows: any.
        room: what rounding and quadrature may take, relative.

    >>> crossed([Measured("a", "p", "m", 0, 1.0, 2.0, value=1.0, high=0.9)], 1e-3)
    1
    """
    return sum(not _within(row, room) for row in rows)


def _within(row: Measured, room: float) -> bool:
    if row.value is None:
        return True
    above = row.low is None or row.value >= row.low - room * abs(row.low)
    return above and (row.high is None or row.value <= row.high + room * abs(row.high))


def certified(rows: Sequence[Measured]) -> list[Measured]:
    """The rows with a value of which something is certified.

    Args:
        rows: any.
    """
    return [row for row in rows if row.value is not None and not row.low is row.high is None]


def medians(rows: Sequence[Measured], field: str = "value") -> list[tuple[float, float | None]]:
    """x and the median over draws; None where most have no number.

    Args:
        rows: of one curve.
        field: "value", "low" or "high".

    >>> medians([Measured("a", "p", "m", draw, 1.0, 2.0, value=float(draw)) for draw in range(3)])
    [(2.0, 1.0)]
    """
    return list(_medians(rows, field))


def _medians(rows: Sequence[Measured], field: str) -> Iterator[tuple[float, float | None]]:
    for x in sorted({row.x for row in rows}):
        found = [getattr(row, field) for row in rows if row.x == x]
        numbers = [each for each in found if each is not None]
        yield x, median(numbers) if 2 * len(numbers) > len(found) else None
