"""Bins: how many instances have a ratio between any two of the edges that every histogram shares."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from wnverify.arrays import FloatArray
from wnverify.evidence import EDGES

PENDING = 65_536
"""Ratios that wait to be counted: many at once cost next to nothing, a few at a time as much as judging them."""
LIMITS = np.array(EDGES)
HOLDING = np.array([0.0, *EDGES]) < 1.0
"""The bins of ratios that break nothing."""


@dataclass
class Bins:
    """Running counts of ratios; `counts` is asked for when a search is over."""

    _counts: NDArray[np.intp] = field(default_factory=lambda: np.zeros(len(EDGES) + 1, np.intp))
    _waiting: list[FloatArray] = field(default_factory=list)
    _size: int = 0

    def add(self, ratios: FloatArray) -> None:
        """Count ratios (B,), none of which is NaN, and which nobody changes later."""
        self._waiting.append(ratios)
        self._size += ratios.size
        if self._size > PENDING:
            self._sort()

    def take(self, other: Bins, *, holding: bool) -> None:
        """Add the counts of another search, perhaps only those of ratios that break nothing."""
        self._counts += other.counts * HOLDING if holding else other.counts

    @property
    def counts(self) -> NDArray[np.intp]:
        """How many ratios lie below the first edge, between it and the second, …, at least at the last.

        >>> bins = Bins()
        >>> bins.add(np.array([0.0, 1.0, 0.9995, 3.0, np.inf]))
        >>> [(int(bin), int(count)) for bin, count in enumerate(bins.counts) if count]
        [(0, 1), (30, 2), (34, 1), (36, 1)]
        """
        self._sort()
        return self._counts

    def _sort(self) -> None:
        if self._waiting:
            ratios = np.sort(np.concatenate(self._waiting))  # which NumPy does sooner than it finds the bin of each
            below = np.searchsorted(ratios, LIMITS)
            self._counts += np.diff(below, prepend=0, append=ratios.size)
            self._waiting, self._size = [], 0
