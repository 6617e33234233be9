"""Sampled: batched random instances over every situation and regime that the budget reaches."""

from __future__ import annotations

import numpy as np

from wnverify.budget import Budget
from wnverify.evidence import CheckEvidence
from wnverify.judge import Judge
from wnverify.search import plan
from wnverify.search.confirm import settle
from wnverify.search.evidence import conclude
from wnverify.search.tally import Tally
from wnverify.theorem import Theorem
from wnverify.verdict import Verdict

NAME = "sampled"
SELDOM = 0.01
"""Share of admissible instances below which a theorem counts as hardly tested."""


def check(theorem: Theorem, budget: Budget, rng: np.random.Generator) -> CheckEvidence:
    """Draw instances; too few admissible ones make the theorem VACUOUS, whatever the others did."""
    tally = Tally(Judge(theorem.claim, theorem.family))
    situations = plan.within(theorem, budget)
    for _ in budget.pace():
        for situation in plan.spread(situations, plan.affordable(28, theorem.family.cost, 4), rng):
            for words, batch in plan.draw(tally.judge, situation, 60, rng):
                tally.add(batch, situation, words)
    verdict, reason, worst = settle(tally)
    if verdict is Verdict.HELD and tally.accepted < SELDOM * tally.tried:
        share = f"only {tally.accepted} of {tally.tried} instances met the hypotheses"
        verdict, reason = Verdict.VACUOUS, share
    elif verdict is Verdict.HELD:
        reason += f"; a random instance of this sampler breaks it with probability ≤ {3 / tally.accepted:.1e} (95 %)"
    return conclude(NAME, tally, (verdict, reason, worst))
