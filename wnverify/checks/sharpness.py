"""Sharpness: each constant of the bound is shrunk, each exponent shifted, until the instances found refute it.

What is reported is the slack that the search could not exclude. It decides nothing about the theorem: a
constant with slack belongs to a true bound that could perhaps be better.
"""

from __future__ import annotations

import numpy as np

from wnverify.budget import Budget
from wnverify.evidence import CheckEvidence, Item
from wnverify.search import plan
from wnverify.search.ascent import climb
from wnverify.search.edits import Edit
from wnverify.search.pool import Pool
from wnverify.theorem import Theorem
from wnverify.verdict import Verdict

NAME = "sharpness"
FACTORS = (0.99, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.25, 0.1, 0.0)
SHIFTS = (-0.5, 0.5)


def check(theorem: Theorem, budget: Budget, rng: np.random.Generator) -> CheckEvidence:
    """Gather a pool of hard instances, then edit the bound in one place at a time and see whether it survives."""
    pool = Pool(theorem)
    for number in budget.pace():
        _gather(pool, theorem, budget, rng, 25 * (1 + number))
    items = [_shrunk(pool, edit) if edit.unchanged else _shifted(pool, edit) for edit in pool.edits]
    verdict = Verdict.HELD if pool.batches else Verdict.VACUOUS
    return CheckEvidence(
        NAME, verdict.name, _summary(pool, items), tried=pool.tally.tried, accepted=pool.tally.accepted, items=items
    )


def _gather(pool: Pool, theorem: Theorem, budget: Budget, rng: np.random.Generator, steps: int) -> None:
    cost = theorem.family.cost
    for situation in plan.spread(
        plan.within(theorem, budget), plan.affordable(4 if budget.name == "quick" else 8, cost, 2), rng
    ):
        begin = plan.starts(pool.tally, situation, 8, rng)
        if begin is not None:
            pool.add(begin)
            pool.add(climb(pool.tally, situation, begin, plan.affordable(steps, cost, 8)))


def _shrunk(pool: Pool, edit: Edit) -> Item:
    """Find the largest factor at which the pool refutes the bound."""
    refuted = (factor for factor in FACTORS if pool.worst_ratio(edit, factor) > pool.limit)
    factor = next(refuted, None)
    words = "slack: these instances do not need it" if factor is None else f"needed: times {factor:g} is refuted"
    return Item(edit.words, Verdict.HELD.name, words, exempt=True)


def _shifted(pool: Pool, edit: Edit) -> Item:
    refuted = [f"{shift:+g}" for shift in SHIFTS if pool.worst_ratio(edit, shift) > pool.limit]
    words = f"needed: shifted by {' or '.join(refuted)} it is refuted" if refuted else "slack: ±0.5 is not refuted"
    return Item(edit.words, Verdict.HELD.name, words, exempt=True)


def _summary(pool: Pool, items: list[Item]) -> str:
    if pool.tally.best is None:
        return "no admissible instance, so nothing is known of the slack"
    needed = sum(item.reason.startswith("needed") for item in items)
    ratio = pool.tally.best.ratio
    return (
        f"{needed} of {len(items)} constants and exponents are needed; the whole bound times {ratio:.4f} is reached"
    )
