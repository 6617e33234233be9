"""Powers: the exponent of a law y ∝ x^p from measured curves, with an interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.special import stdtrit

from wnverify.arrays import FloatArray

DECADE, FEWEST, ROUNDING = 10.0, 3, 1e-6
"""The width of a window; the fewest points in one; what the integrators leave open."""
Curve = Sequence[tuple[float, float]]
"""x > 0, rising, and y > 0."""


@dataclass(frozen=True)
class Exponent:
    """A fitted exponent.

    Args:
        value: the mean slope of log y in log x over the last factor of ten in x.
        half: half of the interval: by how much it is another one factor of ten earlier, and what the curves leave
            open (the 95 % interval of Student's t).
    """

    value: float
    half: float

    def holds(self, claimed: float) -> bool:
        """Whether an exponent lies within the interval."""
        return abs(self.value - claimed) <= self.half

    def __str__(self) -> str:
        digits = 3 if self.half < 0.01 else 2
        value = round(self.value, digits) + 0.0
        return f"{value:.{digits}f} ± {max(self.half, 10.0**-digits):.{digits}f}".replace("-", "−")


def exponent(curves: Sequence[Curve]) -> Exponent | None:
    """The exponent of some curves of one law; None if none of them is long enough.

    Args:
        curves: one a draw.

    >>> print(exponent([[(x, 3 / x**2) for x in np.geomspace(1, 1e3, 30)]]))
    −2.000 ± 0.001
    """
    pairs = [pair for pair in map(_slopes, curves) if pair]
    if not pairs:
        return None
    before, last = np.array(pairs).T
    value = float(last.mean())
    return Exponent(value, ROUNDING + abs(value - float(before.mean())) + _student(last))


def _slopes(curve: Curve) -> tuple[float, float] | None:
    """In the last factor of ten but one, and in the last."""
    logs = np.log(np.array([(x, y) for x, y in curve if x > 0 and y > 0]).reshape(-1, 2))
    if not len(logs):
        return None
    ends = logs[-1, 0] - np.log(DECADE) * np.array([2, 1, 0])
    parts = [logs[(low - 1e-9 <= logs[:, 0]) & (logs[:, 0] <= high + 1e-9)] for low, high in pairwise(ends)]
    if min(map(len, parts)) < FEWEST:
        return None
    before, last = (float(np.polyfit(part[:, 0], part[:, 1], 1)[0]) for part in parts)
    return before, last


def _student(values: FloatArray) -> float:
    """Half of the 95 % interval of a mean; 0 for one value."""
    if values.size < 2:
        return 0.0
    return float(stdtrit(values.size - 1, 0.975) * values.std(ddof=1) / np.sqrt(values.size))
