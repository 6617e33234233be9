"""Evolution: a search without slopes, by SciPy's differential evolution, a generation judged at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch, together
from wnverify.family import Coordinates, Situation
from wnverify.judging.judge import Judge
from wnverify.search.tally import Tally

POPULATION, FEWEST, LARGEST = 24, 8, 1e100
"""Instances of a generation, at least so many where they are dear; heights are cut off there."""
STEPS = 6
"""Of an ascent, for which there is one generation."""
LEVEL, ROUNDING = 1e-9, 1e-2
"""Generations end where their heights differ by no larger share; defects of equations that are so far below what
counts as one are rounding."""
Bounds: TypeAlias = tuple[FloatArray, FloatArray]


@dataclass(frozen=True)
class Limits:
    """The most steps of a climb, and the ratio at which it stops."""

    steps: int
    stop_at: float


class _Ground:
    """Where a search takes place.

    Args:
        tally: counts what is judged.
        situation: of all instances.
        coordinates: in which to search.
    """

    def __init__(self, tally: Tally, situation: Situation, coordinates: Coordinates) -> None:
        self.tally, self.situation, self.coordinates = tally, situation, coordinates
        self._judged: list[Batch] = []
        self._places: dict[bytes, int] = {}

    def height(self, theta: FloatArray) -> FloatArray:
        """What is to be raised, at some coordinates (k, B): (B,)."""
        batch = self._decoded(theta)
        self._note(theta, batch)
        return _height(self.tally.add(batch, self.situation, "evolution").promise)

    def first(self, starts: Batch, theta: FloatArray) -> FloatArray:
        """The same of the starts, which were judged before unless the coordinates move them, and what is scattered.

        Args:
            starts: the instances to begin from.
            theta: (k, B); those of the starts come first, as far as there is room.
        """
        count = min(starts.size, theta.shape[1])
        begin = starts.some(np.arange(count))
        if not _same(begin, self._decoded(theta[:, :count])):
            return self.height(theta)
        self._note(theta[:, :count], begin)
        known = _height(self.tally.judge(begin).promise)
        return np.append(known, self.height(theta[:, count:])) if count < theta.shape[1] else known

    def renamed(self, theta: FloatArray, again: FloatArray) -> None:
        """Note that coordinates have changed by rounding."""
        pairs = zip(theta.T, again.T, strict=True)
        self._places.update((new.tobytes(), self._places[old.tobytes()]) for old, new in pairs)

    def batch(self, theta: FloatArray) -> Batch:
        """The instances at coordinates that were judged, with what was measured of them."""
        return together(self._judged).some([self._places[column.tobytes()] for column in theta.T])

    def _decoded(self, theta: FloatArray) -> Batch:
        return self.coordinates.decode(self.coordinates.canonical(theta))

    def _note(self, theta: FloatArray, batch: Batch) -> None:
        before = sum(each.size for each in self._judged)
        self._places.update((column.tobytes(), before + index) for index, column in enumerate(theta.T))
        self._judged.append(batch)


def evolve(ground: tuple[Tally, Situation, Coordinates], starts: Batch, limits: Limits) -> Batch:
    """Let the starts, and others scattered about them, evolve; the tally counts all that are judged.

    Of an equation whose defects are rounding nothing can be followed: as many instances as all generations together
    would have are scattered and judged at once.

    Args:
        ground: counts and keeps the best instance; the shape and settings of all starts; in which to search.
        starts: B instances, judged before.
        limits: how long.

    Returns:
        The last generation.
    """
    where, judge, rng = _Ground(*ground), ground[0].judge, np.random.default_rng(0)
    equation, generations = judge.claim.relation == "=", max(1, limits.steps // STEPS)
    count = max(FEWEST, round(POPULATION / judge.family.cost))
    begin = where.coordinates.canonical(where.coordinates.encode(starts))
    size = np.maximum(np.ptp(begin, axis=1), 0.1 * np.abs(begin).max(axis=1)) + 1e-3
    theta = begin[:, np.arange(count * (1 + generations) if equation else count) % begin.shape[1]]
    theta[:, begin.shape[1] :] += 0.1 * size[:, None] * rng.standard_normal(theta[:, begin.shape[1] :].shape)
    height, bounds = where.first(starts, theta), _bounds(judge, theta, size)
    if equation:
        chosen = np.sort(np.argsort(-height, kind="stable")[:count])
        theta, height = theta[:, chosen], height[chosen]
    if equation and height.max() <= ROUNDING:
        return where.batch(theta)
    return where.batch(_evolved(where, (theta, height), bounds, Limits(generations, limits.stop_at), rng))


def _evolved(
    where: _Ground, first: tuple[FloatArray, FloatArray], bounds: Bounds, limits: Limits, rng: np.random.Generator
) -> FloatArray:
    """The coordinates of the last generation, (k, B); the heights of the first are known."""
    from scipy import optimize  # it takes long to load, and few claims need it

    waiting = [first]

    def depth(theta: FloatArray, /) -> FloatArray:
        if not waiting:
            return -where.height(theta)
        before, height = waiting.pop()
        where.renamed(before, theta)
        return -height

    def enough(intermediate_result: Any) -> None:
        if where.tally.best is not None and where.tally.best.ratio >= limits.stop_at:
            raise StopIteration

    found = optimize.differential_evolution(
        depth,  # type: ignore[arg-type]  # the stubs do not know a vectorised objective
        optimize.Bounds(*bounds), init=first[0].T, rng=rng, maxiter=limits.steps, tol=LEVEL,
        polish=False, callback=enough, updating="deferred", vectorized=True,
    )  # fmt: skip
    return np.asarray(found.population.T)


def _bounds(judge: Judge, theta: FloatArray, size: FloatArray) -> Bounds:
    """The least and the largest coordinates, each (k,): those of the crowd, and as much again if that is measured.

    Farther out an identity shows what rounding makes of it, and a run what its step makes of it.
    """
    room = 0.0 if judge.family.boxed or judge.claim.relation == "=" else size
    return theta.min(axis=1) - room, theta.max(axis=1) + room


def _height(promise: FloatArray) -> FloatArray:
    return np.clip(promise, -LARGEST, LARGEST)


def _same(one: Batch, other: Batch) -> bool:
    """Whether two batches have the same instances, but for the rounding of coordinates."""
    pairs = ((array, other.arrays[name]) for name, array in one.arrays.items())
    return all(bool((np.abs(array - again) <= LEVEL * np.abs(array)).all()) for array, again in pairs)
