"""Sampled: batched random instances over every situation and regime that the budget reaches."""

from __future__ import annotations

import math

import numpy as np

from wnverify.budget import Budget
from wnverify.checks.check import Check, sure
from wnverify.evidence import CheckEvidence, Subject, too_few
from wnverify.family import Situation
from wnverify.judging.judge import Judge
from wnverify.search import plan
from wnverify.search.settle import conclude, settle
from wnverify.search.tally import Tally
from wnverify.theorem import Theorem
from wnverify.verdict import Verdict

NAME = "sampled"
SELDOM = 0.01
"""Share of admissible instances below which a theorem counts as hardly tested."""
FEWEST = 10
"""Random instances that say something, below which a theorem counts as hardly tested."""
ENOUGH = 16
"""Of these the first round draws more, if need be: in up to `EXTRA` further passes, up to `MOST` instances."""
EXTRA, MOST = 4, 1000


def check(theorem: Theorem, budget: Budget, rng: np.random.Generator) -> CheckEvidence:
    """Draw instances; too few admissible ones make the theorem VACUOUS, whatever the others did."""
    tally = Tally(Judge(theorem.claim, theorem.family))
    situations = plan.within(theorem, budget)
    for turn in budget.pace():
        chosen = plan.spread(situations, plan.affordable(28, theorem.family.cost, 4), rng, turn)
        _pass(tally, chosen, rng)
        for _ in range(0 if turn else EXTRA):
            if tally.substance >= ENOUGH or tally.tried >= MOST or not chosen:
                break
            _pass(tally, chosen, rng, _missing(tally, len(chosen)))
    verdict, reason, worst = settle(tally)
    if verdict is Verdict.HELD:
        verdict, reason = weighed(tally, reason)
    return conclude(NAME, tally, (verdict, reason, worst))


def _pass(tally: Tally, chosen: list[Situation], rng: np.random.Generator, least: int = 1) -> None:
    """Instances of every regime in the chosen situations; `least` of each at least."""
    for situation in chosen:
        for words, batch in plan.draw(tally.judge, situation, 60, rng, least):
            tally.add(batch, situation, words)


def _missing(tally: Tally, situations: int) -> int:
    """How many of each regime and situation to draw, at the rate so far, to have enough; 8 times as many at most."""
    rate = max(tally.substance / tally.tried, 0.02)
    spots = situations * len(tally.judge.family.regimes)
    drawn = max(tally.tried // spots, 1)
    return min(math.ceil((ENOUGH - tally.substance) / rate / spots), 8 * drawn)


def weighed(tally: Tally, reason: str) -> tuple[Verdict, str]:
    """HELD where enough random instances put the claim to the test, with what they say; VACUOUS where too few did."""
    if tally.accepted < SELDOM * tally.tried:
        return Verdict.VACUOUS, f"only {tally.accepted} of {tally.tried} random instances met the hypotheses"
    if tally.substance < FEWEST:
        return Verdict.VACUOUS, too_few(f"{tally.substance} of {tally.tried} random instances", FEWEST)
    limit = f"a random instance of this sampler breaks it with probability ≤ {3 / tally.accepted:.1e} (95 %)"
    return Verdict.HELD, f"{reason}; {limit}"


CHECK = Check(name=NAME, order=30, cost=7, subject=Subject.CLAIM, scope=sure, run=check, independent=True)
