"""Hunt: the quickest way to a small counterexample, shape by shape from the smallest."""

from __future__ import annotations

import math
import time

import numpy as np

from wnverify.budget import Budget
from wnverify.family import Situation
from wnverify.judging.judge import Judge
from wnverify.search import plan
from wnverify.search.afar import look_afar
from wnverify.search.ascent import climb
from wnverify.search.reach import CLEARLY
from wnverify.search.tally import Tally
from wnverify.theorem import Theorem


def hunt(theorem: Theorem, budget: Budget, rng: np.random.Generator) -> Tally:
    """Search the shapes in their order and stop at the first that breaks the claim.

    In each shape: a glance at every combination of settings, then ascents in the most promising ones.
    The tally of the shape that broke the claim is returned, or that of the whole search.
    """
    judge = Judge(theorem.claim, theorem.family)
    total = Tally(judge)
    groups = plan.by_shape(plan.within(theorem, budget))
    for number in budget.pace():
        for group in groups:
            one_shape(total, group, rng, ascents=2 + 2 * number)
            if total.violated():
                return total
        look_afar(total, rng)
        if total.violated():
            return total
    return total


def one_shape(
    total: Tally, group: list[Situation], rng: np.random.Generator, ascents: int, end: float = math.inf
) -> None:
    """Search one shape: a glance at each of its settings, then ascents in the most promising ones.

    Args:
        total: counts, and keeps the best instance.
        group: situations of one shape.
        rng: randomness of the starts.
        ascents: the most settings in which to ascend.
        end: when to start nothing more, as `time.monotonic` counts.
    """
    promise = []
    for situation in group:
        begin = plan.starts(total, situation, 6, rng)
        promise.append((total.by_situation.get(str(situation), 0.0), situation, begin))
        if (total.best is not None and total.best.ratio > CLEARLY) or time.monotonic() > end:
            return
    if total.violated():
        return
    for _, situation, begin in sorted(promise, key=lambda item: -item[0])[:ascents]:
        if begin is not None:
            climb(total, situation, begin, plan.affordable(80, total.judge.family.cost, 10), stop_at=CLEARLY)
        if total.violated() or time.monotonic() > end:
            return
