"""Many-start gradient ascent on log(lhs/rhs), batched over the starts, in gauge-fixed coordinates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.family import Coordinates, Situation
from wnverify.judging.judge import Judge
from wnverify.search.tally import Tally

PLATEAU = 12
"""Steps without an improvement of 1e-4 after which an ascent stops."""
POPULATION, FEWEST, LARGEST = 24, 8, 1e100
"""Of an evolution: instances of a generation, at least so many where they are dear; heights are cut off there."""


@dataclass(frozen=True)
class _Limits:
    """The most steps of a climb, and the ratio at which it stops."""

    steps: int
    stop_at: float


@dataclass
class _Adam:
    """Adam (Kingma & Ba, arXiv:1412.6980), one independent optimiser a column."""

    first: FloatArray
    second: FloatArray
    count: int = 0

    def step(self, slope: FloatArray, rate: float) -> FloatArray:
        self.count += 1
        self.first = 0.8 * self.first + 0.2 * slope
        self.second = 0.95 * self.second + 0.05 * slope**2
        mean, spread = self.first / (1 - 0.8**self.count), self.second / (1 - 0.95**self.count)
        return rate * mean / (np.sqrt(spread) + 1e-12)

    def keep(self, chosen: NDArray[np.intp]) -> None:
        self.first, self.second = self.first[:, chosen], self.second[:, chosen]


def climb(
    tally: Tally,
    situation: Situation,
    starts: Batch,
    steps: int,
    *,
    stop_at: float = np.inf,
    coordinates: Coordinates | None = None,
) -> Batch:
    """Raise the ratio from every start at once; the tally counts each step and keeps the best.

    Half of the starts, the worst, are dropped after a quarter and after half of the steps. An identity, or a quantity
    that offers no derivative, is climbed without one instead, by the differential evolution of `scipy.optimize`.

    Args:
        tally: counts and keeps the best instance.
        situation: the shape and settings of all starts.
        starts: B instances.
        steps: the most steps.
        stop_at: a ratio at which to stop early (a mutant is dead, more would add nothing).
        coordinates: in which to climb; those of the family by default.

    Returns:
        The instances where the climb ended, those of the dropped starts left out.
    """
    coordinates = tally.judge.family.coordinates(situation) if coordinates is None else coordinates
    if not tally.judge.has_slope:
        return _evolve(tally, situation, coordinates, starts, _Limits(steps, stop_at))
    theta = coordinates.canonical(coordinates.encode(starts))
    adam = _Adam(np.zeros_like(theta), np.zeros_like(theta))
    best, since, previous, kept = -np.inf, 0, starts, np.arange(theta.shape[1])
    for step in range(steps):
        batch = coordinates.decode(theta)
        batch.follow(previous, kept)
        slope = _slope(tally.judge, coordinates, theta, batch)
        judgement = tally.add(batch, situation, "ascent", "lower")
        ratio = judgement.promise
        top = float(ratio.max())
        best, since = (top, 0) if top > best + 1e-4 * abs(best) or step == 0 else (max(best, top), since + 1)
        if best >= stop_at or since > PLATEAU:
            break
        rate = 0.12 * (0.03 + 0.97 * np.cos(0.5 * np.pi * step / steps) ** 2)
        theta = coordinates.canonical(theta + adam.step(slope, rate))
        previous, kept = batch, np.arange(theta.shape[1])
        if step in (steps // 4, steps // 2) and theta.shape[1] > 2:
            kept = np.sort(np.argsort(ratio, kind="stable")[theta.shape[1] // 2 :])
            theta = theta[:, kept]
            adam.keep(kept)
    last = coordinates.decode(theta)
    tally.add(last, situation, "ascent")
    return last


def _slope(judge: Judge, coordinates: Coordinates, theta: FloatArray, batch: Batch) -> FloatArray:
    with np.errstate(all="ignore"):  # where a side is 0 its logarithm has no slope
        slope = np.nan_to_num(coordinates.pullback(theta, batch, judge.slope(batch)), posinf=0.0, neginf=0.0)
    return slope / np.maximum(np.abs(slope).max(axis=0), 1e-300)


def _evolve(tally: Tally, situation: Situation, coordinates: Coordinates, starts: Batch, limits: _Limits) -> Batch:
    """Differential evolution from the starts; a generation is judged at once, for every six steps there is one."""
    from scipy.optimize import Bounds, differential_evolution  # it takes long to load, and few claims need it

    def height(theta: FloatArray, /) -> FloatArray:
        promise = tally.add(coordinates.decode(coordinates.canonical(theta)), situation, "evolution").promise
        return np.clip(-promise, -LARGEST, LARGEST)

    def enough(intermediate_result: Any) -> None:
        if tally.best is not None and tally.best.ratio >= limits.stop_at:
            raise StopIteration

    family, begin = tally.judge.family, coordinates.canonical(coordinates.encode(starts))
    rng = np.random.default_rng(0)
    crowd = begin[:, np.arange(max(FEWEST, round(POPULATION / family.cost))) % begin.shape[1]]
    size = np.maximum(np.ptp(begin, axis=1), 0.1 * np.abs(begin).max(axis=1)) + 1e-3
    crowd[:, begin.shape[1] :] += 0.1 * size[:, None] * rng.standard_normal(crowd[:, begin.shape[1] :].shape)
    # farther out an identity shows what rounding makes of it, and a run what its step makes of it
    room = 0.0 if family.boxed or tally.judge.claim.relation == "=" else size
    found = differential_evolution(
        height,  # type: ignore[arg-type]  # the stubs do not know a vectorised objective
        Bounds(crowd.min(axis=1) - room, crowd.max(axis=1) + room), init=crowd.T, rng=rng,
        maxiter=max(1, limits.steps // 6), tol=1e-9, polish=False, callback=enough,
        updating="deferred", vectorized=True,
    )  # fmt: skip
    return coordinates.decode(coordinates.canonical(found.population.T))
