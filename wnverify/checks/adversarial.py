"""Adversarial: many-start gradient ascent on log(lhs/rhs) from the best random and structured instances."""

from __future__ import annotations

import numpy as np

from wnverify.budget import Budget
from wnverify.checks.check import STARTS, Check, sure
from wnverify.evidence import CheckEvidence, Subject
from wnverify.family import Situation
from wnverify.judging.judge import Judge
from wnverify.search import plan
from wnverify.search.afar import look_afar
from wnverify.search.ascent import climb
from wnverify.search.ground import ground, seed_of
from wnverify.search.hunt import hunt
from wnverify.search.settle import conclude, settle
from wnverify.search.tally import Tally
from wnverify.theorem import Theorem
from wnverify.verdict import Verdict

NAME = "adversarial"
GLANCES, CLIMBS = 16, 6
"""Situations of a round to look at, and to climb in."""


def check(theorem: Theorem, budget: Budget, rng: np.random.Generator) -> CheckEvidence:
    """Glance at a spread of situations each round, and climb where that promises most, longer in later rounds."""
    tally = Tally(Judge(theorem.claim, theorem.family))
    situations = plan.within(theorem, budget)
    for number in budget.pace():
        _climbs(tally, situations, rng, number)
        if not tally.violated():
            look_afar(tally, rng)
        if tally.violated():
            break
    if theorem.expect is Verdict.REFUTED and not tally.violated():
        tally = hunt(theorem, [theorem.claim], budget, rng)[0]  # it is false for certain: look shape by shape
    return conclude(NAME, tally, settle(tally))


def _climbs(tally: Tally, situations: list[Situation], rng: np.random.Generator, number: int) -> None:
    """One round of glances and climbs."""
    judge = tally.judge
    cost, equation = judge.family.cost, judge.claim.relation == "="
    chosen = plan.spread(situations, plan.affordable(GLANCES, cost, 2), rng, number)
    pools = [ground(judge.family, situation, seed_of(rng), number) for situation in chosen]
    promise = [tally.add_lot(pool, situation).promise for pool, situation in zip(pools, chosen, strict=True)]
    seen = [(situation, float(each.max())) for situation, each in zip(chosen, promise, strict=True)]
    steps = plan.affordable(min(60 + 20 * number, 300), cost, 10)
    # an identity has no slope to climb, only noise
    for index in plan.by_turns(seen, plan.affordable(CLIMBS // (1 + equation), cost, 2)):
        begin = pools[index].best(promise[index], plan.breadth(judge, chosen[index]))
        if begin is not None:
            climb(tally, chosen[index], begin, steps)


CHECK = Check(name=NAME, order=50, cost=14, subject=Subject.CLAIM, scope=sure, run=check, shared=STARTS)
