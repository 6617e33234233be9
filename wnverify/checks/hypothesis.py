"""Hypothesis: shapes, settings, regimes and seeds drawn, steered by the ratio, a failure shrunk to the smallest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import cycle, islice

import numpy as np

from wnverify.budget import Budget
from wnverify.checks.check import Check, sure
from wnverify.evidence import CheckEvidence, Subject
from wnverify.judging.judge import Judge
from wnverify.search import plan
from wnverify.search.ground import seed_of, stream
from wnverify.search.hypothesis_route import steer
from wnverify.search.settle import conclude, settle
from wnverify.search.tally import Tally
from wnverify.theorem import Theorem

NAME = "hypothesis"
SHARED = "examples, by the Hypothesis checks of all theorems of the family, as far as these aim at the same"
EXAMPLES, AGAIN = 8, 6
"""Of a round, fewer where they are dear; and rounds more, at least, where none put the claim to the test."""


def check(theorem: Theorem, budget: Budget, rng: np.random.Generator) -> CheckEvidence:
    """Run Hypothesis once a round, each time with a new seed; theorems of one family begin with the same examples."""
    family, seed = theorem.family, seed_of(rng)
    tally = Tally(Judge(theorem.claim, family))
    situations = plan.within(theorem, budget)
    for turn, regimes in enumerate(_rounds(budget, family.regimes)):
        if regimes and tally.substance:
            break
        entropy = int(stream(family, seed, "hypothesis", turn).integers(2**32))
        smallest = steer(tally, situations, plan.affordable(EXAMPLES, family.cost, 4), entropy, regimes)
        if smallest is not None:
            tally.best = smallest
            break
    return conclude(NAME, tally, settle(tally))


def _rounds(budget: Budget, regimes: Sequence[str]) -> Iterator[Sequence[str]]:
    """The regimes of each round: none to prefer, then each alone, the last first: what is special stands there.

    A hypothesis that one regime of eight meets was missed by seven rounds of eight examples from all of them.
    """
    for _ in budget.pace():
        yield ()
    for regime in islice(cycle(reversed(regimes)), max(AGAIN, len(regimes))):
        yield (regime,)


CHECK = Check(name=NAME, order=40, cost=7, subject=Subject.CLAIM, scope=sure, run=check, shared=SHARED)
