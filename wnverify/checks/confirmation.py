"""Confirmation: both sides of the claim, by the closed form and by the independent route."""

from __future__ import annotations

import numpy as np

from wnverify.budget import Budget
from wnverify.checks.check import STARTS, Check, sure
from wnverify.evidence import CheckEvidence, Subject
from wnverify.judging.agreement import Disagreement, largest_disagreement
from wnverify.judging.alike import interned
from wnverify.judging.judge import Judge
from wnverify.judging.opinion import opinion
from wnverify.search import plan
from wnverify.search.ascent import climb
from wnverify.search.ground import compared, ground, seed_of, stream
from wnverify.search.lot import lot
from wnverify.search.settle import report
from wnverify.search.tally import Tally
from wnverify.theorem import Theorem
from wnverify.verdict import Verdict

NAME = "confirmation"
SITUATIONS, HARDEST, CLIMBS, STEPS = 5, 3, 2, 12
"""Of a round: situations, the hardest instances from which to climb, in how many of them, so many steps."""
MORE = 24
"""So many situations more where those held no admissible instance."""


def check(theorem: Theorem, budget: Budget, rng: np.random.Generator) -> CheckEvidence:
    """Compare the two routes on random instances, on the hardest ones and on climbed ones, the worst one included."""
    judge, cost = Judge(theorem.claim, theorem.family), theorem.family.cost
    tally, found = Tally(judge), list[Disagreement]()
    for number in budget.pace():
        order = stream(judge.family, seed_of(rng), "compared", number)
        listed, count = plan.within(theorem, budget), plan.affordable(SITUATIONS, cost)
        chosen = plan.spread(listed, count, order, number)
        for index, situation in enumerate([*chosen, *plan.spread(listed, MORE, order, number)]):
            if index >= len(chosen) and tally.best is not None:
                break  # further ones only where the hypotheses are seldom met
            place = judge.family, situation, seed_of(rng), number
            found.append(largest_disagreement(judge, compared(*place).batch, situation))
            begin = plan.hardest(tally, ground(*place), situation, HARDEST)
            if begin is None:
                continue
            found.append(largest_disagreement(judge, interned(judge.family, begin.one(0)), situation))
            if index < CLIMBS:
                last = lot([("ascent", climb(tally, situation, begin, plan.affordable(STEPS, cost)))])
                best = last.best(judge(last.batch).promise, 1)
                best = None if best is None else interned(judge.family, best.one(0))
                found += [] if best is None else [largest_disagreement(judge, best, situation)]
    return _conclude(tally, found)


def _conclude(tally: Tally, found: list[Disagreement]) -> CheckEvidence:
    if tally.best is None or not found:
        return CheckEvidence(NAME, Verdict.VACUOUS.name, "no admissible instance to compare", tried=tally.tried)
    found = [*found, largest_disagreement(tally.judge, tally.best.batch, tally.best.situation)]
    worst = max(found, key=lambda item: item.size)
    second = opinion(tally.judge, tally.best.batch)
    count = sum(item.compared for item in found)
    if second.refutes and not tally.violated():
        verdict = Verdict.ERROR
        words = f"the worst instance has ratio {tally.best.ratio:.6g}, but {second.ratio:.6g} by {second.route}"
    elif count and worst.size <= tally.judge.family.agreement:
        verdict, words = Verdict.HELD, f"both routes agree to {worst.size:.1e} on {count} instances"
    else:
        verdict = Verdict.ERROR
        words = f"the two routes disagree at {worst.situation}: {worst.first!r} against {worst.second!r}"
    return CheckEvidence(
        NAME,
        verdict.name,
        words,
        tried=tally.tried,
        accepted=tally.accepted,
        worst=report(tally.best, second) if verdict.passes else None,
    )


CHECK = Check(name=NAME, order=90, cost=8, subject=Subject.ROUTES, scope=sure, run=check, shared=STARTS)
