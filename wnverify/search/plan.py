"""Which situations to search, and where to start in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import zip_longest

import numpy as np

from wnverify.batch import Batch
from wnverify.budget import Budget
from wnverify.family import Family, Situation
from wnverify.judging.judge import Judge
from wnverify.search.lot import Lot, Part, lot
from wnverify.search.tally import Tally
from wnverify.theorem import Theorem

CACHE, SCRATCH = 1_000_000, 100
"""Numbers that fit into the cache; those that a step of an ascent needs for each number of an instance."""
NARROWEST, WIDEST = 4, 40
"""Instances that an ascent begins from, at least and at most."""


def within(theorem: Theorem, budget: Budget) -> list[Situation]:
    """The situations that a budget reaches: the smallest shapes, with all their settings."""
    situations = theorem.situations()
    shapes = list(dict.fromkeys(tuple(situation.shape.items()) for situation in situations))
    kept = set(shapes[: max(theorem.family.reached, round(budget.shapes * len(shapes)))])
    return [situation for situation in situations if tuple(situation.shape.items()) in kept]


def corners(theorem: Theorem, budget: Budget, most: int) -> list[Situation]:
    """What a budget does not reach at the far end of each size: the widest shape, the deepest, …, with all settings.

    Args:
        theorem: the theorem.
        budget: its budget.
        most: numbers of an instance, at most.
    """
    reached = {tuple(situation.shape.items()) for situation in within(theorem, budget)}
    groups = [group for group in by_shape(theorem.situations()) if tuple(group[0].shape.items()) not in reached]
    small = [group for group in groups if theorem.family.numbers(group[0]) <= most]
    names = small[0][0].shape if small else ()
    chosen = {str(far[0].shape): far for name in names for far in [max(small, key=lambda each: each[0].shape[name])]}
    return [situation for group in chosen.values() for situation in group]


def by_shape(situations: Sequence[Situation]) -> list[list[Situation]]:
    """The situations grouped by shape, smallest first."""
    groups: dict[tuple[tuple[str, int], ...], list[Situation]] = {}
    for situation in situations:
        groups.setdefault(tuple(situation.shape.items()), []).append(situation)
    return list(groups.values())


def spread(situations: Sequence[Situation], count: int, rng: np.random.Generator, turn: int = 0) -> list[Situation]:
    """A random choice in which every shape comes as often as any other, and so does every setting.

    Where `count` is less than the number of shapes, the first turn takes the smallest, and each further turn those
    that follow, so that a long search reaches all of them.
    """
    groups = by_shape(situations)
    start = turn * count % len(groups)
    groups = groups[start:] + groups[:start]
    settings = len(groups[0])
    order = rng.permutation(settings)
    offset = int(rng.integers(settings))
    chosen: dict[tuple[int, int], Situation] = {}
    for index in range(min(count, len(situations))):
        place, setting = index % len(groups), (index + (index // len(groups)) + offset) % settings
        if (place, setting) in chosen:  # it makes way to a setting that no shape has had
            missed = set(range(settings)) - {each for _, each in chosen}
            setting = min(missed, key=lambda each: (each - setting) % settings, default=setting)
        chosen[place, setting] = groups[place][order[setting]]
    return list(chosen.values())


def portion(situations: Sequence[Situation], count: int, number: int) -> list[Situation]:
    """The n-th portion, from 1, of all situations, every shape once before any comes again; at last there is none."""
    groups = by_shape(situations)
    turned = [group[place % len(group) :] + group[: place % len(group)] for place, group in enumerate(groups)]
    order = [situation for turn in zip_longest(*turned) for situation in turn if situation is not None]
    return order[(number - 1) * count : number * count]


def affordable(count: int, theorem_cost: float, least: int = 1) -> int:
    """A count of instances, scaled down where each is dear.

    >>> affordable(60, 1.0), affordable(60, 20.0)
    (60, 3)
    """
    return max(least, round(count / theorem_cost))


def draw(
    family: Family, situation: Situation, count: int, rng: np.random.Generator, least: int = 1
) -> Iterator[Part]:
    """About `count` instances, in every regime of the family in turn; fewer where dear, but `least` of each."""
    each = affordable(-(-count // len(family.regimes)), family.cost, least)
    for regime in family.regimes:
        yield f"random, regime {regime}", family.draw(situation, regime, each, rng)


def starts(
    tally: Tally,
    situation: Situation,
    count: int,
    rng: np.random.Generator,
    *,
    extremes: bool = False,
    most: int | None = None,
) -> Batch | None:
    """The best of eight times as many random and structured instances; None if none is admissible.

    Args:
        tally: counts them all.
        situation: their shape and settings.
        count: an eighth of how many to draw.
        rng: randomness of the draws.
        extremes: whether to look at the family's further extreme instances too.
        most: how many to return, at most; the count unless another number is given.
    """
    family = tally.judge.family
    pool = [*draw(family, situation, 8 * count, rng), *family.structured(situation)]
    pool += family.extremes(situation) if extremes else ()
    return hardest(tally, lot(pool), situation, count if most is None else most)


def hardest(tally: Tally, pool: Lot, situation: Situation, count: int) -> Batch | None:
    """Judge a lot; the instances that come closest to breaking the claim, the best first, None if none may count."""
    return pool.best(tally.add_lot(pool, situation).promise, count)


def breadth(judge: Judge, situation: Situation) -> int:
    """How many instances to climb from: as many as stay in the cache with all that a step computes of them."""
    numbers = judge.family.numbers(situation)
    room = CACHE // (numbers**2 if judge.is_square else SCRATCH * numbers)
    return affordable(min(max(room, NARROWEST), WIDEST), judge.family.cost, NARROWEST)


def by_turns(promise: Sequence[tuple[Situation, float]], count: int) -> list[int]:
    """Where to climb: the positions of the most promising situations, other shapes before the same one again."""
    order = sorted(range(len(promise)), key=lambda index: -promise[index][1])
    shapes: Counter[str] = Counter()
    ranks = {}
    for index in order:
        shape = str(promise[index][0].shape)
        ranks[index] = shapes[shape]
        shapes[shape] += 1
    return sorted(order, key=lambda index: ranks[index])[:count]
