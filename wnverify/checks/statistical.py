"""Statistical: a claim "with probability ≥ 1 − δ" against exact binomial limits on its failure rate."""

from __future__ import annotations

import numpy as np

from wnverify.budget import Budget
from wnverify.checks.check import REPEATED, Check, probable
from wnverify.evidence import CheckEvidence, Subject
from wnverify.search.rate import settle_rate
from wnverify.search.repeat import Repetition, one_round
from wnverify.theorem import Theorem

NAME = "statistical"


def check(theorem: Theorem, budget: Budget, rng: np.random.Generator) -> CheckEvidence:
    """Count failures over independent repetitions at fixed parameters, for many parameters."""
    found: list[Repetition] = []
    for turn in budget.pace():
        found += one_round(theorem, budget, rng, turn)
    verdict, reason, worst = settle_rate(theorem, found, rng)
    tried, accepted = sum(each.tried for each in found), sum(each.accepted for each in found)
    trivial = sum(each.accepted for each in found if each.allowed >= 1.0)
    return CheckEvidence(NAME, verdict.name, reason, tried=tried, accepted=accepted, trivial=trivial, worst=worst)


CHECK = Check(name=NAME, order=60, cost=20, subject=Subject.CLAIM, scope=probable, run=check, shared=REPEATED)
