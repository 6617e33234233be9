"""Left: what a search that did not end leaves open, and what it shows all the same."""

from __future__ import annotations

import time
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from wnverify.proving.branch import BATCH, Task
from wnverify.proving.laws import PLAIN
from wnverify.proving.pieces import Piece
from wnverify.proving.tape import eased
from wnverify.proving.trees import Corners, opened

FACTORS = (1.0, 1.01, 1.02, 1.05, 1.1, 1.2, 1.3, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 6.0, 10.0, 30.0, 100.0)
"""Of the bound, that are tried."""
LONGEST = 4.0
"""Seconds of processor time that this may take."""


def open_boxes(parts: Sequence[Piece], trees: Sequence[str]) -> list[Corners]:
    """The boxes that are not proved.

    Args:
        parts: of a domain.
        trees: theirs.
    """
    pairs = zip(parts, trees, strict=True)
    return [box for piece, tree in pairs for box, _ in opened(piece.lows, piece.highs, tree)]


def middles(boxes: Sequence[Corners], most: int) -> list[list[float]]:
    """The middles of boxes, of so many at most.

    >>> middles([([0.0], [1.0]), ([1.0], [2.0]), ([2.0], [3.0])], 2)
    [[0.5], [2.5]]
    """
    chosen = boxes[:: -(-len(boxes) // most)] if boxes else []
    return [[0.5 * (low + high) for low, high in zip(*box, strict=True)] for box in chosen]


def provable(task: Task, boxes: Sequence[Corners]) -> float:
    """The least factor of those tried with which every box is proved without halving it; infinite if none does.

    Args:
        task: the goal with its threshold as it stands.
        boxes: those that are not proved.
    """
    if not boxes:
        return 1.0
    begin = time.process_time()
    ends = [np.array([box[end] for box in boxes], dtype=float).T for end in (0, 1)]
    found = 1.0
    for first in range(0, len(boxes), BATCH):
        found = _least(task, [end[:, first : first + BATCH] for end in ends], found, begin + LONGEST)
    return found


def _least(task: Task, ends: list[np.ndarray], least: float, until: float) -> float:
    """The least factor, not below another one, that proves some boxes."""
    for factor in FACTORS:
        if factor < least:
            continue
        if time.process_time() > until:
            break
        left = ~_scaled(task, factor).look(*ends).proved
        if not left.any():
            return factor
        ends = [end[:, left] for end in ends]
    return float("inf")


def _scaled(task: Task, factor: float) -> Task:
    """A task with a bound that is multiplied by a factor."""
    power = Fraction(factor) if task.goal in PLAIN else Fraction(factor) ** 2
    *rest, most = task.numbers
    return Task(task.domain, task.goal, [*rest, eased(most, power)])
