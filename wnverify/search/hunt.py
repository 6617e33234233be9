"""Hunt: the quickest way to small counterexamples, shape by shape from the smallest, for many claims at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from wnverify.budget import Budget
from wnverify.claim import Claim
from wnverify.family import Situation
from wnverify.judging.judge import Judge
from wnverify.search import plan
from wnverify.search.afar import look_afar
from wnverify.search.ascent import climb
from wnverify.search.ground import ground, seed_of
from wnverify.search.reach import CLEARLY
from wnverify.search.tally import Tally
from wnverify.theorem import Theorem

SPOTS, STEPS = 6, 80
"""Starts of an ascent, and its steps."""


@dataclass
class _Prey:
    """One claim that is hunted: what was seen of it, and in the present shape how promising each situation is."""

    tally: Tally
    promise: list[tuple[float, Situation]] = field(default_factory=list)

    @property
    def dead(self) -> bool:
        """Whether it is broken so clearly that no larger violation is wanted."""
        return self.tally.best is not None and self.tally.best.ratio > CLEARLY


def hunt(theorem: Theorem, claims: Iterable[Claim], budget: Budget, rng: np.random.Generator) -> list[Tally]:
    """Search the shapes in their order for violations of several claims about the family of a theorem.

    In each shape: a glance at every combination of settings, on the same instances for all claims, then for each that
    is not broken ascents in the most promising ones. A claim that a shape breaks is not searched further.

    Args:
        theorem: its family, shapes and settings are searched.
        claims: what is to be broken.
        budget: how many rounds, and how many of the shapes.
        rng: randomness of the searches.

    Returns:
        For each claim what was seen of it.
    """
    every = [_Prey(Tally(Judge(claim, theorem.family))) for claim in claims]
    groups = plan.by_shape(plan.within(theorem, budget))
    for number in budget.pace():
        for group in groups:
            alive = [prey for prey in every if not prey.tally.violated()]
            _glance(alive, group, seed_of(rng), number)
            for prey in alive:
                _ascend(prey, seed_of(rng), number)
        for prey in every:
            look_afar(prey.tally, rng)
        if all(prey.tally.violated() for prey in every):
            break
    return [prey.tally for prey in every]


def _glance(alive: Sequence[_Prey], group: Sequence[Situation], seed: int, number: int) -> None:
    """Every claim on the same instances, situation by situation, until it is clearly broken."""
    for prey in alive:
        prey.promise = []
    for situation in group:
        hunted = [prey for prey in alive if not prey.dead]
        if not hunted:
            return
        pool = ground(hunted[0].tally.judge.family, situation, seed, number)
        for prey in hunted:
            prey.promise.append((float(prey.tally.add_lot(pool, situation).promise.max()), situation))


def _ascend(prey: _Prey, seed: int, number: int) -> None:
    """Ascents in the most promising situations of the shape, until the claim is broken."""
    judge = prey.tally.judge
    steps = plan.affordable(STEPS, judge.family.cost, 10)
    for _, situation in sorted(prey.promise, key=lambda item: -item[0])[: 2 + 2 * number]:
        if prey.tally.violated():
            return
        pool = ground(judge.family, situation, seed, number)
        begin = pool.best(judge(pool.batch).promise, SPOTS)
        if begin is not None:
            climb(prey.tally, situation, begin, steps, stop_at=CLEARLY)
