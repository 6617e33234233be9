"""Hunt: the quickest way to small counterexamples, shape by shape from the smallest, for many claims at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from wnverify.budget import Budget
from wnverify.claim import Claim
from wnverify.family import Situation
from wnverify.judging.certificate import certify
from wnverify.judging.judge import Judge
from wnverify.search import plan
from wnverify.search.afar import look_afar
from wnverify.search.ascent import climb
from wnverify.search.ground import ground, seed_of
from wnverify.search.reach import CLEARLY
from wnverify.search.tally import TINY, Tally
from wnverify.theorem import Theorem

SPOTS, STEPS = 6, 80
"""Starts of an ascent, and its steps."""


@dataclass
class _Prey:
    """One claim that is hunted: what was seen of it, and how promising each situation is."""

    tally: Tally
    promise: dict[str, float] = field(default_factory=dict)

    @property
    def dead(self) -> bool:
        """Whether it is broken so clearly that no larger violation is wanted."""
        return self.tally.best is not None and self.tally.best.ratio > CLEARLY

    def leading(self, group: Sequence[Situation], count: int) -> list[Situation]:
        """The most promising situations of a shape, of those in which some instance is admissible."""
        seen = [situation for situation in group if self.promise.get(str(situation), -np.inf) > -np.inf]
        return sorted(seen, key=lambda situation: -self.promise[str(situation)])[:count]


def hunt(
    theorem: Theorem,
    claims: Iterable[Claim],
    budget: Budget,
    rng: np.random.Generator,
    beyond: Situation | None = None,
) -> list[Tally]:
    """Search the shapes in their order for violations of several claims about the family of a theorem.

    First a glance at every shape and every combination of settings, on the same instances for all claims; then, for
    each claim that no glance broke, ascents in the most promising settings of each shape. A claim that a shape breaks
    is not searched further.

    Args:
        theorem: its family, shapes and settings are searched.
        claims: what is to be broken.
        budget: how many rounds, and how many of the shapes.
        rng: randomness of the searches.
        beyond: search only the shapes that come after that of this situation.

    Returns:
        For each claim what was seen of it.
    """
    every = [_Prey(Tally(Judge(claim, theorem.family))) for claim in claims]
    groups = plan.by_shape(plan.within(theorem, budget))
    if beyond is not None:
        shapes = [group[0].shape for group in groups]
        groups = groups[shapes.index(beyond.shape) + 1 :] if beyond.shape in shapes else []
    for number in budget.pace():
        which = seed_of(rng), number
        for group in groups:
            _glance([prey for prey in every if not prey.tally.violated()], group, which)
        for prey in every:
            for group in groups:
                _ascend(prey, group, which)
            look_afar(prey.tally, rng)
        if all(prey.tally.violated() for prey in every):
            break
    return [prey.tally for prey in every]


def _glance(alive: Sequence[_Prey], group: Sequence[Situation], which: tuple[int, int]) -> None:
    """Every claim on the same instances, situation by situation, until it is clearly broken."""
    for situation in group:
        hunted = [prey for prey in alive if not prey.dead]
        if not hunted:
            return
        pool = ground(hunted[0].tally.judge.family, situation, *which)
        for prey in hunted:
            judgement = prey.tally.judge(pool.batch)  # what the claims share is evaluated for the first of them
            prey.tally.count(judgement, pool.batch, situation, pool.found)
            _dismiss_phantom(prey.tally)
            prey.promise[str(situation)] = float(judgement.promise.max())
        pool.release()


def _dismiss_phantom(tally: Tally) -> None:
    """Forget a violation of tiny sides of which balls say that they are smaller by far: rounding has made them."""
    best = tally.best
    if best is None or not tally.violated() or max(abs(best.lhs), abs(best.rhs)) > TINY:
        return
    found = certify(tally.judge, best.batch)
    if found is None or found.refutes:
        return
    pairs = ((best.lhs, found.main.lhs), (best.rhs, found.main.rhs))
    if all(max(ball.upper, -ball.lower) < abs(side) / 2 for side, ball in pairs):
        tally.dismiss()


def _ascend(prey: _Prey, group: Sequence[Situation], which: tuple[int, int]) -> None:
    """Ascents in the most promising situations of a shape, until the claim is broken."""
    judge = prey.tally.judge
    steps = plan.affordable(STEPS, judge.family.cost, 10)
    for situation in prey.leading(group, 2 + 2 * which[1]):
        if prey.tally.violated():
            return
        pool = ground(judge.family, situation, *which)
        begin = pool.best(judge(pool.batch).promise, SPOTS)
        if begin is not None:
            climb(prey.tally, situation, begin, steps, stop_at=CLEARLY)
            _dismiss_phantom(prey.tally)
