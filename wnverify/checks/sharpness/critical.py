"""Critical values: how far a place of a claim may be changed, in either direction, until it is refuted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from wnverify.arrays import BoolArray, FloatArray

Refuted: TypeAlias = Callable[[FloatArray], BoolArray]
"""For k values of a place: at which of them the claim is refuted."""

DOWN = (0.99, 0.95, 0.9, 0.8, 0.65, 0.5, 0.25, 0.1, 0.01, 1e-4, 0.0)
UP = (1.01, 1.05, 1.1, 1.25, 1.5, 2.0, 4.0, 10.0, 100.0, 1e4, 1e6)
EXACT = 10.0
"""The largest factor in an identity; a larger one would show the rounding of a term that vanishes."""
SHIFTS = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0)
TRIED = {1.0: (0.8, 1.25), 0.0: (-0.5, 0.5)}
"""Unchanged value -> the two changes that decide whether a place is needed."""
PARTS, ROUNDS = 8, 3
"""Each round of refinement cuts the bracket around a critical value into so many parts."""


@dataclass(frozen=True)
class Critical:
    """The refuted values nearest to the unchanged one.

    Args:
        below: the nearest below; None if none was refuted.
        above: the nearest above; None if none was refuted.
        tried: which of the two values of `TRIED` are refuted, the lower first.
    """

    below: float | None
    above: float | None
    tried: tuple[bool, bool]


def critical(refuted: Refuted, unchanged: float, largest: float = UP[-1]) -> Critical:
    """Search outwards from the unchanged value on a grid, then refine the bracket on either side.

    Only what is reported as refuted has been evaluated; a value further out than a refuted one may well survive.

    Args:
        refuted: tells of k values at once.
        unchanged: 1 for a factor, 0 for a shift.
        largest: the largest factor to try.

    >>> found = critical(lambda factor: factor < 0.5, 1.0)
    >>> round(found.below, 2), found.above, found.tried
    (0.5, None, (False, False))
    """
    factors = DOWN, tuple(value for value in UP if value <= largest)
    down, up = factors if unchanged == 1.0 else (tuple(-shift for shift in SHIFTS), SHIFTS)
    grid = np.array([*down, *up])
    dead = refuted(grid)
    tried = tuple(bool(dead[np.flatnonzero(grid == value)[0]]) for value in TRIED[unchanged])
    brackets = [
        _first(np.array([unchanged, *side]), flags)
        for side, flags in ((down, dead[: len(down)]), (up, dead[len(down) :]))
    ]
    for _ in range(ROUNDS):
        brackets = _refine(refuted, brackets)
    below, above = (None if bracket is None else bracket[1] for bracket in brackets)
    return Critical(below, above, (tried[0], tried[1]))


Bracket: TypeAlias = "tuple[float, float] | None"
"""The last value that survives, and the first that does not."""


def _first(values: FloatArray, flags: BoolArray) -> Bracket:
    if not flags.any():
        return None
    index = int(np.argmax(flags))
    return float(values[index]), float(values[index + 1])


def _refine(refuted: Refuted, brackets: list[Bracket]) -> list[Bracket]:
    """Cut both brackets into parts, with one evaluation for the two."""
    cuts = [None if pair is None else np.linspace(*pair, PARTS + 1) for pair in brackets]
    inner = [cut[1:-1] for cut in cuts if cut is not None]
    if not inner:
        return brackets
    dead = list(np.split(refuted(np.concatenate(inner)), len(inner)))
    return [None if cut is None else _first(cut, np.append(dead.pop(0), True)) for cut in cuts]
