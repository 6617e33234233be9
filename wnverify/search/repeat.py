"""Repetition: how often a claim "with probability ≥ 1 − δ" fails at fixed parameters, with exact limits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest

from wnverify.batch import Batch
from wnverify.budget import Budget
from wnverify.evidence import Worst
from wnverify.family import Situation
from wnverify.judging.judge import Candidate, Judge
from wnverify.judging.opinion import one_sided
from wnverify.search import plan
from wnverify.search.settle import report
from wnverify.theorem import Theorem
from wnverify.verdict import Verdict

TRIALS = 400
"""Repetitions at one setting of the parameters."""
CONFIDENCE = 1 - 1e-7
"""Of the lower limit of a failure rate; so strict because thousands of settings are looked at."""


@dataclass(frozen=True)
class Repetition:
    """Failures among independent repetitions at one setting of the parameters.

    Args:
        failures: how often the inequality failed.
        accepted: repetitions that met the hypotheses.
        tried: all repetitions.
        allowed: δ, the failure probability that the claim allows.
        lower: Clopper–Pearson lower limit of the failure probability.
        worst: the repetition with the largest ratio.
        regime: how the parameters were drawn.
    """

    failures: int
    accepted: int
    tried: int
    allowed: float
    lower: float
    worst: Candidate | None
    regime: str

    @property
    def refutes(self) -> bool:
        """Whether more failures were seen than δ explains."""
        return self.lower > self.allowed


def repetitions(theorem: Theorem, budget: Budget, rng: np.random.Generator) -> list[Repetition]:
    """One round: repetitions in a spread of situations and in every regime."""
    situations = plan.within(theorem, budget)
    chosen = plan.spread(situations, plan.affordable(16, theorem.family.cost, 4), rng)
    judge = Judge(theorem.claim, theorem.family)
    return [repeat(judge, situation, regime, rng) for situation in chosen for regime in theorem.family.regimes]


def repeat(judge: Judge, situation: Situation, regime: str, rng: np.random.Generator) -> Repetition:
    """Draw repetitions at one setting of the parameters and count failures."""
    count = plan.affordable(TRIALS, judge.family.cost, 60)
    return counted(judge, judge.family.draw(situation, regime, count, rng), situation, regime)


def confirm(judge: Judge, found: Repetition, worst: Candidate, rng: np.random.Generator) -> Repetition:
    """Repeat with fresh randomness at the parameters of an earlier repetition.

    The setting was chosen as the worst of many; the new repetitions were not, so that theirs is a single test.
    """
    count = plan.affordable(TRIALS, judge.family.cost, 60)
    batch = judge.family.again(worst.batch, found.regime, count, rng)
    return counted(judge, batch, worst.situation, found.regime)


def counted(judge: Judge, batch: Batch, situation: Situation, regime: str) -> Repetition:
    """Count the failures of one batch of repetitions."""
    judgement = judge(batch)
    chosen = np.flatnonzero(judgement.accepted)
    failures = int((judgement.ratio[chosen] > judgement.limit).sum())
    allowed = float(1.0 - judge.chance(batch)[0])
    if not chosen.size:
        return Repetition(0, 0, batch.size, allowed, 0.0, None, regime)
    limits = binomtest(failures, chosen.size).proportion_ci(2 * CONFIDENCE - 1, method="exact")
    top = int(chosen[np.argmax(judgement.ratio[chosen])])
    worst = judgement.candidate(top, batch.one(top), situation, f"repetition, regime {regime}")
    return Repetition(failures, chosen.size, batch.size, allowed, float(limits.low), worst, regime)


def settle_rate(
    theorem: Theorem, found: list[Repetition], rng: np.random.Generator
) -> tuple[Verdict, str, Worst | None]:
    """The verdict over all settings; the most refuting one is repeated, at its own parameters, before it counts."""
    judge = Judge(theorem.claim, theorem.family)
    tested = [each for each in found if each.accepted and each.worst]
    if not tested:
        return Verdict.VACUOUS, "no repetition met the hypotheses", None
    refuting = max(tested, key=lambda each: each.lower - each.allowed)
    worst = refuting.worst
    if refuting.refutes and worst is not None:
        again = confirm(judge, refuting, worst, rng)
        share = f"{refuting.failures} of {refuting.accepted}"
        words, evidence = f"failed {share} at {worst.situation}, allowed {refuting.allowed:g}", report(worst)
        if mended := one_sided(judge, worst.batch):
            return Verdict.UNDECIDED, f"{words}, but {mended}", evidence
        if again.refutes:
            more = f"and {again.failures} of {again.accepted} on fresh randomness"
            return Verdict.REFUTED, f"{words}, {more}; Clopper-Pearson lower limit {refuting.lower:.3g}", evidence
        return Verdict.UNDECIDED, f"{words}; not confirmed on fresh randomness", evidence
    failed, total = sum(each.failures for each in tested), sum(each.accepted for each in tested)
    most = max(tested, key=lambda each: each.failures / each.accepted)
    reason = (
        f"failed {failed} of {total} repetitions over {len(tested)} settings, compatible with the allowed rates; "
        f"most often {most.failures} of {most.accepted} where {most.allowed:g} is allowed"
    )
    top = max((each.worst for each in tested if each.worst), key=lambda each: each.ratio)
    return Verdict.HELD, reason, report(top)
