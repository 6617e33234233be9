"""Hypothesis: shapes, settings, regimes and seeds drawn, steered by the ratio, a failure shrunk to the smallest."""

from __future__ import annotations

from itertools import chain

import numpy as np

from wnverify.budget import Budget
from wnverify.checks.check import Check, sure
from wnverify.evidence import CheckEvidence, Subject
from wnverify.judging.judge import Judge
from wnverify.search import plan
from wnverify.search.hypothesis_route import steer
from wnverify.search.settle import conclude, settle
from wnverify.search.tally import Tally
from wnverify.theorem import Theorem

NAME = "hypothesis"
EXAMPLES, AGAIN = 16, 6
"""Of a round, fewer where they are dear; and rounds more where none put the claim to the test."""


def check(theorem: Theorem, budget: Budget, rng: np.random.Generator) -> CheckEvidence:
    """Run Hypothesis once a round, each time with a new seed."""
    tally = Tally(Judge(theorem.claim, theorem.family))
    situations = plan.within(theorem, budget)
    for turn, _ in enumerate(chain(budget.pace(), range(AGAIN))):
        if turn >= budget.rounds and tally.substance:
            break
        smallest = steer(
            tally, situations, plan.affordable(EXAMPLES, theorem.family.cost, 4), int(rng.integers(2**32))
        )
        if smallest is not None:
            tally.best = smallest
            break
    return conclude(NAME, tally, settle(tally))


CHECK = Check(name=NAME, order=40, cost=7, subject=Subject.CLAIM, scope=sure, run=check)
