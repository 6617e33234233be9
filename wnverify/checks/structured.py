"""Structured: the extreme instances of a family, in a spread of situations and at the far end of each size."""

from __future__ import annotations

import numpy as np

from wnverify.budget import Budget
from wnverify.checks.check import Check, sure
from wnverify.evidence import CheckEvidence, Subject
from wnverify.judging.judge import Judge
from wnverify.search import plan
from wnverify.search.ground import structured
from wnverify.search.settle import conclude, settle
from wnverify.search.tally import Tally
from wnverify.theorem import Theorem

NAME = "structured"
SHARED = "extreme instances, by all checks that search and all theorems of the family"
SITUATIONS, FAR = 16, 12
"""Situations of a round, and in the first round those at the far end of each size; fewer where they are dear."""
MORE = 24
"""So many situations more where those held no instance that the claim says something about."""
SMALL = 100
"""Numbers of an instance at the far end of a size, at most; fewer where instances are dear."""


def check(theorem: Theorem, budget: Budget, rng: np.random.Generator) -> CheckEvidence:
    """Try every extreme instance; each further turn adds situations, the first has the far ends too.

    Nothing about them is random: a round of a sweep takes the situations that no other one has, until there are none.
    Which situations a round without a number takes differs from theorem to theorem, so that not all of a family miss
    the same ones.
    """
    tally = Tally(Judge(theorem.claim, theorem.family))
    situations = plan.within(theorem, budget)
    far, cost = plan.corners(theorem, budget, SMALL // max(1, round(theorem.family.cost))), theorem.family.cost
    count, later = plan.affordable(SITUATIONS, cost), budget.number > 1
    for turn in budget.pace():
        chosen = (
            plan.portion(situations, count, budget.number)
            if budget.number
            else plan.spread(situations, count, rng, turn)
        )
        chosen += plan.spread(far, plan.affordable(FAR, cost), rng) if far and turn == 0 and not later else []
        for index, situation in enumerate([*chosen, *([] if later else plan.spread(situations, MORE, rng))]):
            if index >= len(chosen) and tally.substance:
                break  # further ones only where the hypotheses are seldom met
            if (extreme := structured(theorem.family, situation)) is not None:
                tally.add_lot(extreme, situation)
    return conclude(NAME, tally, settle(tally))


CHECK = Check(name=NAME, order=20, cost=7, subject=Subject.CLAIM, scope=sure, run=check, shared=SHARED)
