"""Mutants: every planted wrong version must be refuted; one that survives shows that the search is too weak."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from wnverify.budget import Budget
from wnverify.checks.check import REPEATED, STARTS, Check, every
from wnverify.evidence import CheckEvidence, Item, Kind, Subject, Worst, of_mutants
from wnverify.search.hunt import hunt
from wnverify.search.rate import PLAIN, settle_rate
from wnverify.search.repeat import Repetition, chance_of, one_round
from wnverify.search.settle import settle
from wnverify.search.tally import Tally
from wnverify.theorem import Theorem
from wnverify.verdict import Verdict

NAME = "mutants"
BEYOND = "labelled as not refutable by search"
Attack: TypeAlias = tuple[tuple[Verdict, str, Worst | None], tuple[int, int]]


def check(theorem: Theorem, budget: Budget, rng: np.random.Generator) -> CheckEvidence:
    """Hunt them all at once; the counterexample comes from the smallest shape that breaks a mutant."""
    planted = theorem.mutant_claims
    sure = [name for name, claim in planted.items() if claim.probability is None]
    tallies = hunt(theorem, [planted[name] for name in sure], budget, rng) if sure else []
    found = {name: _settled(theorem, tally, budget, rng) for name, tally in zip(sure, tallies, strict=True)}
    items, tried, accepted = [], 0, 0
    for name, claim in planted.items():
        outcome, counts = found.get(name) or _attack_rate(theorem.with_claim(claim), budget, rng)
        verdict, reason, worst = outcome
        items.append(Item(name, Kind.MUTANT, verdict.name, reason, worst))
        tried, accepted = tried + counts[0], accepted + counts[1]
    verdict, reason = of_mutants(items)
    beyond = [
        Item(name, Kind.BEYOND, Verdict.UNDECIDED.name, f"{BEYOND}: {why}")
        for name, why in theorem.unrefutable.items()
    ]
    return CheckEvidence(NAME, verdict.name, reason, tried=tried, accepted=accepted, items=items + beyond)


def _settled(theorem: Theorem, tally: Tally, budget: Budget, rng: np.random.Generator) -> Attack:
    """The outcome of a hunt, which goes on in larger shapes where a violation ended it that is not confirmed."""
    outcome, tried, accepted = settle(tally), tally.tried, tally.accepted
    while outcome[0] is Verdict.UNDECIDED and tally.best is not None and tally.violated():
        [tally] = hunt(theorem, [tally.judge.claim], budget, rng, beyond=tally.best.situation)
        tried, accepted = tried + tally.tried, accepted + tally.accepted
        if (further := settle(tally))[0] is Verdict.REFUTED:
            outcome = further
    return outcome, (tried, accepted)


def _attack_rate(theorem: Theorem, budget: Budget, rng: np.random.Generator) -> Attack:
    """Repetitions until one setting of the parameters fails too often, or all together do."""
    found: list[Repetition] = []
    for turn in budget.pace():
        found += one_round(theorem, budget, rng, turn)
        if any(each.refutes for each in found) or chance_of(found) < PLAIN:
            break
    counts = sum(each.tried for each in found), sum(each.accepted for each in found)
    return settle_rate(theorem, found, rng), counts


CHECK = Check(
    name=NAME, order=70, cost=21, subject=Subject.MUTANTS, scope=every, run=check, shared=f"{STARTS}; {REPEATED}"
)
