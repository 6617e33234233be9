"""Structured: the family's catalogue of extreme instances, in every situation the budget reaches."""

from __future__ import annotations

import numpy as np

from wnverify.budget import Budget
from wnverify.checks.check import Check, sure
from wnverify.evidence import CheckEvidence, Subject
from wnverify.judging.judge import Judge
from wnverify.search import plan
from wnverify.search.settle import conclude, settle
from wnverify.search.tally import Tally
from wnverify.theorem import Theorem

NAME = "structured"


def check(theorem: Theorem, budget: Budget, rng: np.random.Generator) -> CheckEvidence:
    """Try every extreme instance; each further round adds situations."""
    tally = Tally(Judge(theorem.claim, theorem.family))
    situations = plan.within(theorem, budget)
    for turn in budget.pace():
        for situation in plan.spread(situations, plan.affordable(16, theorem.family.cost), rng, turn):
            for words, batch in theorem.family.structured(situation):
                tally.add(batch, situation, words)
    return conclude(NAME, tally, settle(tally))


CHECK = Check(name=NAME, order=20, cost=7, subject=Subject.CLAIM, scope=sure, run=check)
