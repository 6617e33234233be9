"""What several random draws say together: a mean with its interval, and the exponent of a power law with its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wnverify.arrays import FloatArray

LEVEL, RESAMPLES = 0.95, 1000
EXPONENTS = np.linspace(-3.0, 1.0, 4001)
"""Those that are tried."""


@dataclass(frozen=True)
class Interval:
    """A number and the ends of its interval, at 95 %.

    Args:
        value: the number.
        low: the lower end.
        high: the upper end.
    """

    value: float
    low: float
    high: float

    def holds(self, number: float) -> bool:
        """Whether a number is inside."""
        return self.low <= number <= self.high

    def __str__(self) -> str:
        """As `0.12 (0.11 to 0.13)`."""
        return f"{self.value:.3g} ({self.low:.3g} to {self.high:.3g})"


def mean_of(values: Sequence[float]) -> Interval:
    """The mean with Student's interval; that of a single value is the value.

    Args:
        values: independent draws.

    >>> str(mean_of([1.0, 2.0, 3.0]))
    '2 (-0.484 to 4.48)'
    """
    count, mean = len(values), float(np.mean(values))
    half = quantile(count) * float(np.std(values, ddof=1)) / np.sqrt(count) if count > 1 else 0.0
    return Interval(mean, mean - half, mean + half)


def slope_of(across: Sequence[float], draws: FloatArray) -> Interval:
    """The mean slope of the best lines, one a draw, with Student's interval.

    Args:
        across: x, (K,), two different ones or more.
        draws: y, (J, K).

    >>> slope_of([0.0, 1.0, 2.0], np.array([[0.0, 2.0, 4.0], [1.0, 3.0, 5.0]])).value
    2.0
    """
    centred = np.asarray(across) - np.mean(across)
    return mean_of([float(slope) for slope in (draws @ centred / (centred @ centred)).round(15)])


def exponent_of(across: Sequence[float], draws: FloatArray) -> Interval:
    """The a of the power law C x^a that is nearest to the means of the draws, with its interval.

    Means count by their standard errors. The interval is Student's, with the bootstrap's standard error and its
    factor √(J/(J − 1)); whole draws are resampled, since the values of one may depend on each other. Simulated with
    6 to 24 draws, 90 to 97 % of the intervals hold the exponent, where those of percentiles are 75 to 95 %.

    Args:
        across: x, (K,), two different ones or more.
        draws: y, (J, K), with a mean above 0 somewhere.

    >>> round(exponent_of([1.0, 4.0, 16.0], np.array([[8.0, 4.0, 2.0], [8.1, 4.1, 1.9]])).value, 1)
    -0.5
    """
    from scipy.stats import bootstrap

    means, count = draws.mean(axis=0), len(draws)
    error = np.maximum(draws.std(axis=0, ddof=min(1, count - 1)) / np.sqrt(count), 1e-9 * np.abs(means).max())
    laws = np.asarray(across)[None] ** EXPONENTS[:, None] / error
    laws /= np.linalg.norm(laws, axis=1, keepdims=True)

    def nearest(chosen: NDArray[np.intp], axis: int = -1) -> FloatArray:
        some = draws[np.moveaxis(chosen, axis, -1)].mean(axis=-2)
        return EXPONENTS[np.argmax((some / error) @ laws.T, axis=-1)]

    value = float(nearest(np.arange(count)))
    if count < 2:
        return Interval(value, value, value)
    found = bootstrap((np.arange(count),), nearest, n_resamples=RESAMPLES, method="percentile", vectorized=True,
                      rng=np.random.default_rng(0))  # fmt: skip
    half = quantile(count) * float(found.standard_error) * np.sqrt(count / (count - 1))
    return Interval(value, value - half, value + half)


def quantile(count: int) -> float:
    """Student's, for a mean of so many draws, two or more.

    >>> round(quantile(3), 4)
    4.3027
    """
    from scipy.stats import t

    return float(t.ppf((1 + LEVEL) / 2, count - 1))
