"""Repetition: how often a claim "with probability ≥ 1 − δ" fails at fixed parameters, with exact limits.

A rate that is a little too large everywhere shows at no single setting. Failures are therefore also pooled over
settings, and what looks suspicious is repeated with fresh randomness: how it was chosen then matters no more, so that
the fresh repetitions are a single test, at a level that a true claim practically never reaches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import scipy

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.budget import Budget
from wnverify.family import Family, Situation
from wnverify.judging.judge import Candidate, Judge
from wnverify.search import plan
from wnverify.search.ground import repetitions, seed_of, stream
from wnverify.search.lot import Lot
from wnverify.theorem import Theorem

TRIALS, SITUATIONS = 400, 16
"""Repetitions at one setting of the parameters; situations of a round."""
CONFIDENCE = 1 - 1e-7
"""Of the lower limit of a failure rate; so strict because thousands of settings are looked at."""
STEEPEST = 40.0
"""The largest s in Chernoff's bound: a failure that is allowed with 1e-17 weighs no more than that."""


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
        ratios: those of the accepted repetitions.
    """

    failures: int
    accepted: int
    tried: int
    allowed: float
    lower: float
    worst: Candidate | None
    regime: str
    ratios: FloatArray = field(default_factory=lambda: np.zeros(0), compare=False, repr=False)

    @property
    def situation(self) -> str:
        """Where it was tried, in words."""
        return "" if self.worst is None else str(self.worst.situation)

    @property
    def refutes(self) -> bool:
        """Whether more failures were seen than δ explains."""
        return self.lower > self.allowed


def one_round(theorem: Theorem, budget: Budget, rng: np.random.Generator, turn: int = 0) -> list[Repetition]:
    """One round: repetitions in a spread of situations and in every regime, shared by all claims of the family."""
    judge, seed = Judge(theorem.claim, theorem.family), seed_of(rng)
    return [
        _counted(judge, settings_of(theorem.family, situation, regime, (seed, turn)), situation, regime)
        for situation in spread_of(theorem, budget, seed, turn)
        for regime in theorem.family.regimes
    ]


def spread_of(theorem: Theorem, budget: Budget, seed: int, turn: int) -> list[Situation]:
    """The situations of one round of repetitions."""
    family, count = theorem.family, plan.affordable(SITUATIONS, theorem.family.cost, 4)
    return plan.spread(plan.within(theorem, budget), count, stream(family, seed, "repetitions", turn), turn)


def settings_of(family: Family, situation: Situation, regime: str, which: tuple[int, int]) -> Lot:
    """Repetitions at one setting of the parameters; `which` is the seed of the run, and the round."""
    return repetitions(family, situation, regime, plan.affordable(TRIALS, family.cost, 60), which)


def confirm(judge: Judge, found: Repetition, worst: Candidate, rng: np.random.Generator) -> Repetition:
    """Repeat with fresh randomness at the parameters of an earlier repetition.

    The setting was chosen as the worst of many; the new repetitions were not, so that theirs is a single test.
    """
    count = plan.affordable(TRIALS, judge.family.cost, 60)
    batch = judge.family.again(worst.batch, found.regime, count, rng)
    return counted(judge, batch, worst.situation, found.regime)


def _counted(judge: Judge, pool: Lot, situation: Situation, regime: str) -> Repetition:
    found = counted(judge, pool.batch, situation, regime)
    pool.release()
    return found


def counted(judge: Judge, batch: Batch, situation: Situation, regime: str) -> Repetition:
    """Count the failures of one batch of repetitions."""
    judgement = judge(batch)
    chosen = np.flatnonzero(judgement.accepted)
    ratios = judgement.ratio[chosen]
    failures = int((ratios > judgement.limit).sum())
    allowed = float(1.0 - judge.chance(batch)[0])
    if not chosen.size:
        return Repetition(0, 0, batch.size, allowed, 0.0, None, regime)
    lower = scipy.special.betaincinv(failures, chosen.size - failures + 1, 1 - CONFIDENCE) if failures else 0.0
    top = int(chosen[np.argmax(ratios)])
    worst = judgement.candidate(top, batch.one(top), situation, f"repetition, regime {regime}")
    return Repetition(failures, chosen.size, batch.size, allowed, float(lower), worst, regime, ratios)


def chance_of(found: Sequence[Repetition]) -> float:
    """An upper bound on the probability of as many failures, all settings together, if each rate is at most its δ.

    Chernoff's: T = Σ Bin(n_i, δ_i) satisfies P[T ≥ t] ≤ exp(Σ n_i log(1 + δ_i (e^s − 1)) − s t) for every s ≥ 0, and
    smaller rates make it smaller. It is 1 where no more failures were seen than are expected.

    >>> one = Repetition(60, 100, 100, 0.5, 0.0, None, "")
    >>> f"{chance_of([one]):.2f} {chance_of([one] * 10):.1e} {chance_of([])}"
    '0.13 1.8e-09 1.0'
    """
    counts = np.array([each.accepted for each in found], dtype=float)
    allowed = np.array([each.allowed for each in found])
    failures = float(sum(each.failures for each in found))
    if failures <= counts @ allowed:
        return 1.0
    if failures > counts @ (allowed > 0):
        return 0.0  # somewhere none is allowed

    def exponent(s: float) -> float:
        return float(counts @ np.log1p(allowed * np.expm1(s))) - s * failures

    from scipy.optimize import minimize_scalar  # loaded where something is repeated

    return float(np.exp(min(minimize_scalar(exponent, bounds=(0.0, STEEPEST), method="bounded").fun, 0.0)))
