"""Sampled: random instances in a spread of the situations that the budget reaches, in every regime.

They are drawn independently of one another, and of whatever other checks found. Theorems of one family share them.
"""

from __future__ import annotations

import math

import numpy as np

from wnverify.budget import Budget
from wnverify.checks.check import Check, sure
from wnverify.evidence import CheckEvidence, Subject, hardly_tested, limit
from wnverify.family import Family, Situation
from wnverify.judging.judge import Judge
from wnverify.search import plan
from wnverify.search.ground import drawn, seed_of, stream
from wnverify.search.settle import conclude, settle
from wnverify.search.tally import Tally
from wnverify.theorem import Theorem
from wnverify.verdict import Verdict

NAME = "sampled"
SITUATIONS, EACH = 28, 160
"""Situations of a round, and instances of each, all regimes together; fewer where they are dear."""
WORTH = 12_000
"""What a round may cost, in small networks: the theorems of a family share it, so that it is paid for but once."""
PLENTY, MOST_AT_ONCE, AT_ONCE = 1280, 4096, 40_000
"""Instances that are drawn together where the family has plenty and the claim measures no matrix of them: at least,
at most, and between these as many as hold so many numbers, which with all that is computed of them fit the cache; the
two last are as many times larger where they are more plentiful still."""
ENOUGH = 200
"""Of these the first round draws more, if need be: in up to `EXTRA` further passes, until `MOST` are drawn."""
EXTRA, MOST = 20, 20_000


def check(theorem: Theorem, budget: Budget, rng: np.random.Generator) -> CheckEvidence:
    """Draw instances; too few admissible ones make the theorem VACUOUS, whatever the others did."""
    family, seed = theorem.family, seed_of(rng)
    tally = Tally(Judge(theorem.claim, family))
    situations = plan.within(theorem, budget)
    plenty = family.plentiful and not tally.judge.is_square
    for turn in budget.pace():
        few = plan.affordable(SITUATIONS, family.cost, 4)
        chosen = plan.spread(situations, few, stream(family, seed, "sampled", turn), turn)
        total = max(ENOUGH, min(SITUATIONS * EACH, plan.affordable(WORTH, family.cost)))
        each = math.ceil(total / max(1, len(chosen)))
        counts = [max(each, together(family, situation)) if plenty else each for situation in chosen]
        passes = max(1, SITUATIONS // len(chosen)) if plenty else 1
        for number in range(passes if turn else passes + EXTRA):
            enough = number >= passes and (tally.substance >= ENOUGH or tally.tried >= MOST)
            if number and (enough or tally.violated()):
                break
            for situation, count in zip(chosen, counts, strict=True):
                tally.add_lot(drawn(family, situation, seed, f"sampled {turn} {number}", count), situation)
    verdict, reason, worst = settle(tally)
    if verdict is Verdict.HELD:
        verdict, reason = weighed(tally, reason)
    return conclude(NAME, tally, (verdict, reason, worst), random=True)


def together(family: Family, situation: Situation) -> int:
    """How many instances to draw and to measure together where a further one takes microseconds."""
    so_many = family.plentiful * AT_ONCE // family.numbers(situation)
    return min(max(so_many, PLENTY), family.plentiful * MOST_AT_ONCE)


def weighed(tally: Tally, reason: str) -> tuple[Verdict, str]:
    """HELD where enough random instances put the claim to the test, with what they say; VACUOUS where too few did."""
    if why := hardly_tested(tally.tried, tally.accepted, tally.substance):
        return Verdict.VACUOUS, why
    return Verdict.HELD, f"{reason}; {limit(tally.accepted)}"


SHARED = "random instances, by the sampled checks of all theorems of the family"
CHECK = Check(
    name=NAME, order=30, cost=7, subject=Subject.CLAIM, scope=sure, run=check, independent=True, shared=SHARED
)
