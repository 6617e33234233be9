"""How something grows with depth, in words: which law fits best."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wnverify.arrays import FloatArray

STEADY, FEWEST, TINY = 1.03, 4, 1e-30
"""A factor a layer below which nothing grows much; depths that it takes to tell laws apart; what is as good as 0."""


def factor(points: Sequence[tuple[float, float]]) -> float:
    """The mean factor of a layer, from the second depth to the last.

    Args:
        points: depths, rising, three or more, each with a value above 0.

    >>> round(factor([(1, 7.0), (2, 2.0), (4, 8.0)]), 9)
    2.0
    """
    (first, low), (last, high) = points[1], points[-1]
    return float((high / low) ** (1 / (last - first)))


def law(points: Sequence[tuple[float, float]]) -> str:
    """How values go with depth from the second depth on; the law of growth is the one that fits best.

    Args:
        points: depths, rising, four or more, each with a value.

    >>> law([(1, 5.0), (2, 4.0), (4, 16.0), (8, 64.0)])
    'grows like L^2'
    """
    if min(value for _, value in points) < TINY:
        return "vanishes"
    growth = factor(points)
    if growth < 1 / STEADY:
        return f"falls (×{growth:.3g} a layer)"
    if growth < STEADY:
        return f"hardly changes (×{growth:.3g} a layer)"
    depths, values = np.array(points[1:], dtype=np.float64).T
    (line, power), misses = zip(*(_fit(across, np.log(values)) for across in (depths, np.log(depths))), strict=True)
    if misses[1] < misses[0]:
        return f"grows like L^{power:.2g}"
    return f"grows exponentially (×{np.exp(line):.3g} a layer)"


def _fit(across: FloatArray, logs: FloatArray) -> tuple[float, float]:
    """The slope of the best line, and how far it misses."""
    line = np.polyfit(across, logs, 1)
    return float(line[0]), float(np.square(np.polyval(line, across) - logs).sum())
