"""Lot: instances of one situation, with the words that tell of each how it was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from wnverify.arrays import FloatArray
from wnverify.batch import Batch, concatenate

Part = tuple[str, Batch]
"""Some instances, and the words that describe how they were found."""


@dataclass(frozen=True)
class Lot:
    """Instances that are judged together.

    Args:
        batch: all of them.
        words: how each part of them was found.
        ends: where each part ends.
        shared: whether others judge it too, so that it is judged in one piece and what was measured is kept.
        dear: whether all that led to what was measured is kept as well: the runs from which several numbers are read.
    """

    batch: Batch
    words: tuple[str, ...]
    ends: NDArray[np.intp]
    shared: bool = False
    dear: bool = False

    def release(self) -> None:
        """Drop what was computed of the instances and is not worth its memory; to be called when they are judged."""
        if not self.dear:
            self.batch.forget()

    def some(self, chosen: NDArray[np.intp]) -> Lot:
        """The instances at rising positions, with what was measured of these already."""
        ends = np.searchsorted(chosen, self.ends - 1, side="right")
        return replace(self, batch=self.batch.some(chosen), ends=ends)

    def found(self, index: int) -> str:
        """How the instance at a position was found."""
        return self.words[int(np.searchsorted(self.ends, index, side="right"))]

    def best(self, promise: FloatArray, count: int) -> Batch | None:
        """The instances that promise most, the best first, with what was measured; None if none is admissible.

        Args:
            promise: of every instance, (B,); −∞ where it is not admissible.
            count: how many, at most.
        """
        order = np.argsort(-promise, kind="stable")[:count]
        order = order[np.isfinite(promise[order])]
        return self.batch.some(order) if order.size else None


def lot(parts: Sequence[Part]) -> Lot:
    """Parts of one family, shape and settings as one lot."""
    words, batches = zip(*parts, strict=True)
    batch = batches[0] if len(batches) == 1 else concatenate(batches)
    return Lot(batch, words, np.cumsum([each.size for each in batches]))
