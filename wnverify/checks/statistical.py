"""Statistical: a claim "with probability ≥ 1 − δ" against exact binomial limits on its failure rate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wnverify.budget import Budget
from wnverify.checks.check import REPEATED, Check, probable
from wnverify.evidence import CheckEvidence, Number, Subject, number
from wnverify.search.bins import Bins
from wnverify.search.rate import settle_rate
from wnverify.search.repeat import Repetition, one_round
from wnverify.search.settle import rising
from wnverify.search.tally import raised
from wnverify.theorem import Theorem

NAME = "statistical"
Effort = list[tuple[int, Number]]


def check(theorem: Theorem, budget: Budget, rng: np.random.Generator) -> CheckEvidence:
    """Count failures over independent repetitions at fixed parameters, for many parameters."""
    found: list[Repetition] = []
    for turn in budget.pace():
        found += one_round(theorem, budget, rng, turn)
    verdict, reason, worst = settle_rate(theorem, found, rng)
    tried, accepted = sum(each.tried for each in found), sum(each.accepted for each in found)
    trivial = sum(each.accepted for each in found if each.allowed >= 1.0)
    found = [each for each in found if each.accepted and each.allowed < 1.0]
    random, by_size, effort = _seen(found)
    return CheckEvidence(
        NAME, verdict.name, reason, tried=tried, accepted=accepted, trivial=trivial, worst=worst,
        random=random, by_size=by_size, effort=effort,
    )  # fmt: skip


def _seen(found: Sequence[Repetition]) -> tuple[list[int], dict[str, list[tuple[int, Number]]], Effort]:
    """How the ratios lie, the largest at each value of each size, and how it rose with the repetitions."""
    bins, by_size, effort = Bins(), dict[str, dict[int, float]](), Effort()
    tried, best = 0, -np.inf
    for each in found:
        tried += each.tried
        if each.worst is None:
            continue
        bins.add(each.ratios)
        raised(by_size, each.worst.situation, each.worst.ratio)
        if each.worst.ratio > best:
            best = each.worst.ratio
            effort.append((tried, number(best)))
    return bins.counts.tolist() if found else [], rising(by_size), effort


CHECK = Check(name=NAME, order=60, cost=20, subject=Subject.CLAIM, scope=probable, run=check, shared=REPEATED)
