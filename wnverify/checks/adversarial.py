"""Adversarial: many-start gradient ascent on log(lhs/rhs) from the best random and structured instances."""

from __future__ import annotations

import numpy as np

from wnverify.budget import Budget
from wnverify.checks.check import Check, sure
from wnverify.evidence import CheckEvidence, Subject
from wnverify.judging.judge import Judge
from wnverify.search import plan
from wnverify.search.afar import look_afar
from wnverify.search.ascent import climb
from wnverify.search.hunt import hunt
from wnverify.search.settle import conclude, settle
from wnverify.search.tally import Tally
from wnverify.theorem import Theorem
from wnverify.verdict import Verdict

NAME = "adversarial"


def check(theorem: Theorem, budget: Budget, rng: np.random.Generator) -> CheckEvidence:
    """Climb in a spread of situations each round, longer in later rounds."""
    tally = Tally(Judge(theorem.claim, theorem.family))
    situations = plan.within(theorem, budget)
    spots = 5 if theorem.claim.relation == "=" else 10  # an identity has no slope to climb, only noise
    for number in budget.pace():
        for situation in plan.spread(situations, plan.affordable(spots, theorem.family.cost, 2), rng, number):
            begin = plan.starts(tally, situation, 10, rng)
            if begin is not None:
                climb(tally, situation, begin, plan.affordable(min(60 + 20 * number, 300), theorem.family.cost, 10))
        if not tally.violated():
            look_afar(tally, rng)
        if tally.violated():
            break
    if theorem.expect is Verdict.REFUTED and not tally.violated():
        tally = hunt(theorem, budget, rng)  # a control is false for certain: look for it shape by shape
    return conclude(NAME, tally, settle(tally))


CHECK = Check(name=NAME, order=50, cost=14, subject=Subject.CLAIM, scope=sure, run=check)
