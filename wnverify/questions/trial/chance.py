"""Chance: a typed claim "with probability at least p", tried on independent repetitions at fixed parameters."""

from __future__ import annotations

import time

import numpy as np

from wnverify.errors import UsageError, expected
from wnverify.evidence import Acceptance
from wnverify.family import Family
from wnverify.questions.trial.attack import INTERRUPTED, Effort, Stopped, confined
from wnverify.questions.trial.glimpse import Glimpse
from wnverify.questions.trial.outcome import Trial
from wnverify.search.rate import settle_rate
from wnverify.search.repeat import Repetition, one_round
from wnverify.theorem import Theorem
from wnverify.verdict import Verdict

SEARCH = 0.7
"""Share of the seconds for the repetitions; what looks suspicious is then repeated with fresh randomness."""


def repeats(family: Family) -> bool:
    """Whether the instances of one draw are repetitions at the same parameters, so that a rate means something."""
    return type(family).again is not Family.again


def check_repeats(family: Family, others: list[str]) -> None:
    """Refuse a family in which nothing is random at fixed parameters.

    Raises:
        UsageError: with those in which something is.
    """
    if not repeats(family):
        wanted = f"a probability over one of {', '.join(others)}, which repeat an experiment at fixed parameters"
        raise UsageError(expected(wanted, f"the family {family.name}", "leave out the probability, or name one"))


def by_chance(text: str, theorem: Theorem, effort: Effort) -> Trial:
    """Count how often a claim fails, against the probability with which it may.

    Args:
        text: the claim as it was typed.
        theorem: the claim with its probability, about a family that repeats.
        effort: what may be spent.
    """
    begin, rng, found = time.monotonic(), np.random.default_rng(effort.seed), list[Repetition]()
    stopped = Stopped()
    with stopped:
        for turn in range(effort.budget.rounds):
            if turn and time.monotonic() > effort.share(SEARCH):
                break
            found += one_round(theorem, effort.budget, rng, turn)
            effort.watch(_glimpse(theorem, found, effort))
    verdict, reason = Verdict.UNDECIDED, "no round of repetitions was finished"
    with stopped:
        verdict, reason, _ = settle_rate(theorem, found, rng)
    if stopped.early and verdict is not Verdict.REFUTED:
        verdict, reason = Verdict.UNDECIDED, f"{INTERRUPTED}; {reason}"
    tried, accepted = sum(each.tried for each in found), sum(each.accepted for each in found)
    worst = max((each.worst for each in found if each.worst), key=lambda each: each.ratio, default=None)
    return Trial(
        text=text, claim=theorem.claim, family=confined(theorem), verdict=verdict, reason=reason, worst=worst,
        opinion=None, tried=tried, accepted=accepted, acceptance={"all hypotheses": Acceptance(accepted, tried)},
        effort=(), by_situation={each.situation: 0.0 for each in found if each.worst}, exponents=(), seed=effort.seed,
        budget=effort.budget.name, seconds=time.monotonic() - begin, interrupted=stopped.early,
    )  # fmt: skip


def _glimpse(theorem: Theorem, found: list[Repetition], effort: Effort) -> Glimpse:
    worst = max((each.worst for each in found if each.worst), key=lambda each: each.ratio, default=None)
    ratio, where = (float("nan"), "") if worst is None else (worst.ratio, str(worst.situation))
    now, tried = time.monotonic(), sum(each.tried for each in found)
    return Glimpse(theorem.family.name, ratio, where, tried, now - effort.begin, max(effort.end - now, 0.0))
