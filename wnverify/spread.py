"""Spread: what all searches of a theorem found together: how the ratios lie, and how they change with a size.

A published record keeps these sums alone, and gives them back with one of the checks; what is told here is the same
before and after.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from wnverify.evidence import CheckEvidence, Number, TheoremEvidence, number

T_95 = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.2)
"""Student's 97.5 % quantile for 1, 2, … degrees of freedom; the last stands for all further ones."""
LEAST = 2
"""Sizes through which a line goes; its slope has an interval only if there are more."""
STEEPEST = 64.0
"""Powers from which on a formula is no power of the size, but an exponential."""
Points = list[tuple[int, float]]
"""Sizes, or numbers of instances, with a ratio each."""


@dataclass(frozen=True)
class Scaling:
    """How the left side grows with a size, beside how the bound does.

    Args:
        symbol: the size.
        claimed: the power of the bound, see `CheckEvidence.powers`.
        fitted: the power of the left side where the search drove it nearest to the bound, by least squares.
        low: the lower end of its 95 % interval, were the residuals normal; None where two sizes are all there is.
        high: the upper end.
        points: the sizes, with the left side there in units of the bound at the first of them.
    """

    symbol: str
    claimed: float
    fitted: float
    low: float | None
    high: float | None
    points: Points


def histogram(checks: Iterable[CheckEvidence]) -> tuple[list[int], list[int]]:
    """The random instances, and those that were searched for, bin by bin; see `CheckEvidence.random`."""
    random: list[int] = []
    searched: list[int] = []
    for check in checks:
        random, searched = _added(random, check.random), _added(searched, check.searched)
    return random, searched


def _added(one: list[int], two: list[int]) -> list[int]:
    return [first + second for first, second in zip(one, two, strict=True)] if one and two else one or two


def by_size(checks: Iterable[CheckEvidence]) -> dict[str, list[tuple[int, Number]]]:
    """Each size of the shapes -> its values, rising, with the best ratio of all searches at each."""
    whole: dict[str, dict[int, float]] = {}
    for check in checks:
        for name, points in check.by_size.items():
            there = whole.setdefault(name, {})
            for size, ratio in points:
                there[size] = max(float(ratio), there.get(size, 0.0))
    return {name: [(size, number(ratio)) for size, ratio in sorted(there.items())] for name, there in whole.items()}


def efforts(checks: Iterable[CheckEvidence]) -> dict[str, Points]:
    """Check by check, how the best ratio rose with the instances; the last point is where the search ended."""
    found: dict[str, Points] = {}
    for check in checks:
        if check.effort:
            points = [(place, float(ratio)) for place, ratio in check.effort]
            end = (check.tried, points[-1][1])
            found[check.check] = points if points[-1][0] >= check.tried else [*points, end]
    return found


def scalings(evidence: TheoremEvidence) -> list[Scaling]:
    """How the left side grows with every size that the bound names, where it was searched at two values or more.

    The best ratio at a value is what the search reached there, so that the power is one of what was found, no limit.
    Nothing for a claim with a probability: the largest of some repetitions says more of δ than of the bound.
    """
    if evidence.claim.probability:
        return []
    claimed = {name: float(power) for check in evidence.checks for name, power in check.powers.items()}
    sign = -1.0 if evidence.claim.relation in (">=", ">") else 1.0
    found = []
    for name, points in by_size(evidence.checks).items():
        told = [(size, float(ratio)) for size, ratio in points if 0.0 < float(ratio) < math.inf and size > 0]
        if abs(claimed.get(name, math.nan)) < STEEPEST and len(told) >= LEAST:
            slope, error = fit(told)
            low, high = (None, None) if error is None else (slope - error, slope + error)
            ends = sorted(claimed[name] + sign * end for end in (low, high) if end is not None)
            low, high = ends if ends else (None, None)
            sides = [(size, ratio**sign * (size / told[0][0]) ** claimed[name]) for size, ratio in told]
            found.append(Scaling(name, claimed[name], claimed[name] + sign * slope, low, high, sides))
    return found


def fit(points: Sequence[tuple[float, float]]) -> tuple[float, float | None]:
    """The slope of log y against log x, and half of its 95 % interval; None for that of two points.

    >>> slope, half = fit([(1, 1.0), (2, 4.0), (4, 16.0)])
    >>> round(slope, 9), round(half, 9)
    (2.0, 0.0)
    """
    logs = [(math.log(x), math.log(y)) for x, y in points]
    mean_x, mean_y = (math.fsum(pair[axis] for pair in logs) / len(logs) for axis in (0, 1))
    spread = math.fsum((x - mean_x) ** 2 for x, _ in logs)
    slope = math.fsum((x - mean_x) * (y - mean_y) for x, y in logs) / spread
    freedom = len(logs) - 2
    if not freedom:
        return slope, None
    rest = math.fsum((y - mean_y - slope * (x - mean_x)) ** 2 for x, y in logs)
    return slope, T_95[min(freedom, len(T_95)) - 1] * math.sqrt(rest / freedom / spread)
