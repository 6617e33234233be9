"""Maxima: the largest value of a claim's left side, in known units, that ascents attain at one shape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from threadpoolctl import threadpool_limits

from wnverify.arrays import FloatArray
from wnverify.batch import Batch, concatenate
from wnverify.family import Situation
from wnverify.judging.judge import Candidate, Judge
from wnverify.search import plan
from wnverify.search.ascent import climb
from wnverify.search.lot import lot
from wnverify.search.polish import polish
from wnverify.search.tally import UNMEASURED, Tally
from wnverify.suggesting.chart import Look, chart

STARTS = 16
"""Ascents at once, of eight times as many instances."""
NEAR = 1e-6
"""Ascents that end so near to each other, relative, have found the same maximum."""
CHARTS, SMOOTH_STEPS, LARGEST = 2, 200, 1e300
"""Times that each is taken up in a chart, steps there, and what stands for no number."""
FOUND = "ascent in a chart"
EQUAL = 1e-9
"""Ratios that differ by no more, relative, are equal: of two settings either may stand for the maximum."""
GLANCE = 2
"""Settings of a shape in which is climbed: the most promising ones."""
Begin: TypeAlias = Callable[[Tally, Situation, np.random.Generator], Batch | None]
"""Finds where to begin an ascent; None where no instance is admissible."""


@dataclass(frozen=True)
class Effort:
    """How hard is searched.

    Args:
        rounds: how often each shape is begun anew.
        steps: of each ascent.
    """

    rounds: int = 3
    steps: int = 250


@dataclass(frozen=True)
class Attained:
    """The largest value that was attained at a shape.

    Args:
        best: the instance; the ratio is the value, or for a lower bound one over it.
        ends: the ratios at which the rounds ended that began from random instances alone.
        tried: instances that were looked at.
    """

    best: Candidate
    ends: Sequence[float]
    tried: int

    @property
    def again(self) -> int:
        """How many of these ended there."""
        return sum(end > self.best.ratio * (1 - NEAR) for end in self.ends)


def attain(
    judge: Judge, situations: Sequence[Situation], effort: Effort, rng: np.random.Generator
) -> Attained | None:
    """The largest ratio at one shape, over its settings; None where no instance meets the hypotheses.

    Args:
        judge: of the claim whose right side is the unit.
        situations: one shape with each of the settings.
        effort: how hard to search.
        rng: randomness of the starts.
    """
    found: list[Tally] = []
    ends: list[float] = []
    with threadpool_limits(1):
        promising = _glance(judge, situations, rng)
        for number in range(effort.rounds + 1):
            begin = _extreme if number == effort.rounds else _random
            seen = [_round(judge, each, effort, begin, rng) for each in promising]
            found += seen
            ends += [max(map(_height, seen), default=-np.inf)] * (begin is _random)
    best = _plainest(judge, found)
    ends = [end for end in ends if np.isfinite(end)]
    return None if best is None else Attained(best, ends, sum(tally.tried for tally in found))


def _plainest(judge: Judge, found: Sequence[Tally]) -> Candidate | None:
    """The best instance of all; of equals one with balls, which can be refined."""
    every = sorted((each.best for each in found if each.best is not None), key=lambda best: -best.ratio)
    equal = [best for best in every if best.ratio >= every[0].ratio * (1 - EQUAL)]
    with_balls = (best for best in equal if judge.family.enclose(best.batch, ()) is not None)
    return next(with_balls, every[0] if every else None)


def _height(tally: Tally) -> float:
    return -np.inf if tally.best is None else tally.best.ratio


def _glance(judge: Judge, situations: Sequence[Situation], rng: np.random.Generator) -> list[Situation]:
    """The settings that promise most, by random and structured instances."""
    if len(situations) == 1:
        return list(situations)
    heights = []
    for situation in situations:
        tally = Tally(judge, lenient=True)
        plan.starts(tally, situation, STARTS, rng)
        heights.append(_height(tally))
    order = sorted(range(len(situations)), key=lambda index: -heights[index])
    return [situations[index] for index in order[:GLANCE] if np.isfinite(heights[index])]


def _round(judge: Judge, situation: Situation, effort: Effort, begin: Begin, rng: np.random.Generator) -> Tally:
    """Climb from many starts, then polish the best."""
    tally = Tally(judge, lenient=True, patient=True)
    starts = begin(tally, situation, rng)
    if starts is not None:
        climb(tally, situation, starts, effort.steps)
    for _ in range(0 if judge.family.boxed else CHARTS):
        if tally.best is not None and 0 < tally.best.ratio < np.inf:
            with suppress(*UNMEASURED):
                _smoothly(tally, situation, tally.best.batch)
    return tally


def _smoothly(tally: Tally, situation: Situation, best: Batch) -> None:
    """L-BFGS in a chart, where kinks and edges are pinned; or where there is no slope, without one."""
    judge, look = tally.judge, Look(tally.judge, best)
    local = chart(look, best)
    if look.inside(local.base):
        tally.add(local.base, situation, FOUND)
    if not judge.has_slope or not local.free:
        polish(tally, situation, best)
        return

    def sloped(point: FloatArray) -> tuple[float, FloatArray]:
        batch = local.floats(point[:, None])
        if not look.inside(batch):
            return LARGEST, np.zeros(point.size)
        slope = np.nan_to_num(local.pullback(point[:, None], judge.slope(batch))[:, 0], posinf=0.0, neginf=0.0)
        height = float(tally.add(batch, situation, FOUND).promise[0])
        return (-np.log(height), -slope) if 0 < height < np.inf else (LARGEST, slope)

    from scipy.optimize import minimize  # it takes long to load, and few searches need it

    run: Any = minimize  # whose stubs want arrays of exactly one axis
    options = {"maxfun": SMOOTH_STEPS, "ftol": 1e-15, "gtol": 1e-11}
    run(sloped, local.start, jac=True, method="L-BFGS-B", options=options)


def _random(tally: Tally, situation: Situation, rng: np.random.Generator) -> Batch | None:
    """The best of random instances, and as many as they come."""
    pool = lot(list(plan.draw(tally.judge.family, situation, 8 * STARTS, rng)))
    judgement = tally.add_lot(pool, situation)
    best = pool.best(judgement.promise, STARTS // 2)
    rest = np.flatnonzero(judgement.accepted)
    if best is None:
        return None
    return concatenate([best, pool.batch.select(rng.choice(rest, STARTS // 2))])


def _extreme(tally: Tally, situation: Situation, rng: np.random.Generator) -> Batch | None:
    """The best of random and of structured instances, those that the family knows to be extreme among them."""
    return plan.starts(tally, situation, STARTS, rng)
