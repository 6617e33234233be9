"""Growth: the value of a free constant that the worst instances need, over values of each size."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

import numpy as np
import scipy

from wnverify.errors import WnverifyError
from wnverify.family import Situation
from wnverify.judging.judge import Candidate, Judge
from wnverify.questions.trial.exponents import BASE_SIZE, OTHER_SIZES, levels_of, worst_with
from wnverify.questions.trial.least import Growth
from wnverify.search import sizes
from wnverify.search.explore import Exploration
from wnverify.theorem import Theorem
from wnverify.typed.confined import Confined

ASCENTS, LEAST_POINTS, CONFIDENCE = 2, 3, 0.95
LEVELS = (1, *(int(value) for value in OTHER_SIZES.values))
Needed = Callable[[Candidate], float | None]
"""The constant that an instance needs; None where that is not confirmed."""


def growths(
    theorem: Theorem, needed: Needed, at: Situation, end: float, rng: np.random.Generator
) -> Iterator[Growth]:
    """How the constant grows with each size, the others kept at 2 or what they are, until the time is over.

    Args:
        theorem: the claim at a value of the constant that nothing refutes.
        needed: the constant that an instance needs.
        at: the settings to keep, and the sizes.
        end: when to stop, as `time.monotonic` counts.
        rng: randomness of the searches.
    """
    family = theorem.family
    pinned = family.restricted if isinstance(family, Confined) else set()
    names = [name for name in at.shape if name not in pinned]
    base = {name: size if name in pinned else max(size, BASE_SIZE) for name, size in at.shape.items()}
    turns = [(name, Situation({**base, name: level}, at.settings)) for level in LEVELS for name in names]
    points: dict[str, list[tuple[int, float]]] = {name: [] for name in names}
    for left, (name, situation) in zip(range(len(turns), 0, -1), turns, strict=True):
        now = time.monotonic()
        if now > end:
            break
        worst = worst_at(theorem, situation, now + (end - now) / left, rng)
        if worst is not None and (value := needed(worst)) is not None:
            points[name].append((situation.shape[name], value))
    yield from (fitted(name, found) for name, found in points.items() if len(found) >= LEAST_POINTS)


def drivers(
    theorem: Theorem, needed: Needed, farthest: Candidate, end: float, rng: np.random.Generator
) -> Iterator[Growth]:
    """How a constant that nothing bounds grows with each number and size that can be set, the others at rest.

    Args:
        theorem: the claim at a value of the constant.
        needed: the constant that an instance needs.
        farthest: the instance that needs the most, whose settings and names of sizes are kept.
        end: when to stop, as `time.monotonic` counts.
        rng: randomness of the searches.
    """
    family, at = theorem.family, farthest.situation
    if not isinstance(family, Confined):
        return
    wanted = levels_of(family, at, {*family.levels(), *at.shape})
    there = Judge(theorem.claim, family).measured(wanted, farthest.batch)
    for name, levels in wanted.items():
        points: list[tuple[float, float]] = []
        for level in levels.values:
            worst = None if time.monotonic() > end else worst_with(theorem.claim, family, at, {name: level}, rng)
            if worst is not None and (value := needed(worst)) is not None:
                points.append((levels.offset + level, value))
        if len(points) >= LEAST_POINTS:
            found = fitted(f"{levels.offset:g} + {name}" if levels.offset else name, points)
            yield replace(found, at=levels.offset + float(there[name][0]))


def worst_at(theorem: Theorem, situation: Situation, end: float, rng: np.random.Generator) -> Candidate | None:
    """The worst instance of one situation that a search finds until the time is over; None if there is none."""
    with suppress(WnverifyError):
        if sizes.exists(theorem.family, situation):
            search = Exploration(Judge(theorem.claim, theorem.family), [[situation]], rng, end)
            search.harder(ASCENTS)
            return search.tally.best
    return None


def fitted(name: str, points: Sequence[tuple[float, float]]) -> Growth:
    """The power by which the values grow; its interval holds Student's, and the slope between the last two points.

    >>> found = fitted("m", [(1, 1.0), (2, 2.0), (4, 4.0)])
    >>> round(found.power, 6), round(found.low, 6), round(found.high, 6)
    (1.0, 1.0, 1.0)
    """
    x, y = np.log(np.array(points, dtype=float)).T
    power, start = np.polyfit(x, y, 1)
    rest, free = y - power * x - start, len(points) - 2
    error = float(np.sqrt(rest @ rest / free / np.sum((x - x.mean()) ** 2)))
    # the quantiles of Student's t; scipy.stats takes half a second to load
    reach = float(scipy.special.stdtrit(free, 0.5 + CONFIDENCE / 2)) * error
    last = [(y1 - y0) / (x1 - x0) for (x0, y0), (x1, y1) in pairwise(zip(x, y, strict=True))][-1]
    ends = float(power) - reach, float(power) + reach, float(last)
    return Growth(name, tuple(points), float(power), min(ends), max(ends))
