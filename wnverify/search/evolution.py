"""Evolution: a search without slopes, by differential evolution (Storn & Price 1997), a generation judged at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from wnverify.arrays import BoolArray, FloatArray
from wnverify.batch import Batch, together
from wnverify.family import Coordinates, Situation
from wnverify.judging.judge import Judge
from wnverify.search.tally import Tally

POPULATION, FEWEST, LARGEST = 24, 8, 1e100
"""Instances of a generation, at least so many where they are dear; heights are cut off there."""
STEPS = 6
"""Of an ascent, for which there is one generation."""
LEVEL, ROUNDING = 1e-9, 1e-2
"""Heights that differ by no larger share tell nothing, nor do defects of equations that are so far below what counts
as one."""
CROSSED, SHORTEST, LONGEST = 0.7, 0.5, 1.0
"""How many coordinates of an instance are changed, and by how much of the difference between two others."""
Bounds: TypeAlias = tuple[FloatArray, FloatArray]


@dataclass(frozen=True)
class Limits:
    """The most steps of a climb, and the ratio at which it stops."""

    steps: int
    stop_at: float


@dataclass(frozen=True)
class _Crowd:
    """A generation.

    Args:
        theta: the coordinates, (k, B).
        height: what is to be raised, (B,).
        batch: the instances, with what was measured of them.
    """

    theta: FloatArray
    height: FloatArray
    batch: Batch

    @property
    def level(self) -> bool:
        """Whether none stands out."""
        return bool(np.ptp(self.height) <= LEVEL * np.abs(self.height).max())

    def best(self, count: int) -> _Crowd:
        """Those that are highest, in their order."""
        chosen = np.sort(np.argsort(-self.height, kind="stable")[:count])
        return _Crowd(self.theta[:, chosen], self.height[chosen], self.batch.some(chosen))

    def joined(self, other: _Crowd) -> _Crowd:
        """These, then others."""
        theta = np.concatenate([self.theta, other.theta], axis=1)
        return _Crowd(theta, np.append(self.height, other.height), together([self.batch, other.batch]))

    def replaced(self, other: _Crowd) -> _Crowd:
        """Each by its successor, unless that is lower."""
        rises = other.height >= self.height
        count = self.height.size
        batch = together([self.batch, other.batch]).some(np.arange(count) + count * rises)
        return _Crowd(np.where(rises, other.theta, self.theta), np.where(rises, other.height, self.height), batch)


@dataclass(frozen=True)
class _Ground:
    """Where a search takes place: whose tally counts it, and the coordinates."""

    tally: Tally
    situation: Situation
    coordinates: Coordinates

    def judged(self, theta: FloatArray) -> _Crowd:
        """The instances at some coordinates."""
        batch = self.coordinates.decode(self.coordinates.canonical(theta))
        return _Crowd(theta, _height(self.tally.add(batch, self.situation, "evolution").promise), batch)

    def first(self, starts: Batch, theta: FloatArray) -> _Crowd:
        """The starts, which were judged before unless the coordinates have moved them, and what is scattered about.

        Args:
            starts: the instances to begin from.
            theta: (k, B); those of the starts come first, as far as there is room.
        """
        count = min(starts.size, theta.shape[1])
        begin = starts.some(np.arange(count))
        still = _same(begin, self.coordinates.decode(theta[:, :count]))
        if not still.any():
            return self.judged(theta)
        kept, left = np.flatnonzero(still), np.flatnonzero(~np.append(still, np.zeros(theta.shape[1] - count, bool)))
        begin = begin.some(kept)
        known = _Crowd(theta[:, kept], _height(self.tally.judge(begin).promise), begin)
        return known.joined(self.judged(theta[:, left])) if left.size else known


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
    where = _Ground(*ground)
    judge, rng = where.tally.judge, np.random.default_rng(0)
    equation, generations = judge.claim.relation == "=", max(1, limits.steps // STEPS)
    count = max(FEWEST, round(POPULATION / judge.family.cost))
    begin = where.coordinates.canonical(where.coordinates.encode(starts))
    size = np.maximum(np.ptp(begin, axis=1), 0.1 * np.abs(begin).max(axis=1)) + 1e-3
    theta = begin[:, np.arange(count * (1 + generations) if equation else count) % begin.shape[1]]
    theta[:, begin.shape[1] :] += 0.1 * size[:, None] * rng.standard_normal(theta[:, begin.shape[1] :].shape)
    bounds = _bounds(judge, theta, size)
    crowd = where.first(starts, theta)
    if equation:
        crowd, generations = crowd.best(count), generations if crowd.height.max() > ROUNDING else 0
    for _ in range(generations):
        best = where.tally.best
        if crowd.level or (best is not None and best.ratio >= limits.stop_at):
            break
        crowd = crowd.replaced(where.judged(_offspring(crowd, bounds, rng)))
    return crowd.batch


def _bounds(judge: Judge, theta: FloatArray, size: FloatArray) -> Bounds:
    """The least and the largest coordinates, each (k, 1): those of the crowd, and as much again if that is measured.

    Farther out an identity shows what rounding makes of it, and a run what its step makes of it.
    """
    room = 0.0 if judge.family.boxed or judge.claim.relation == "=" else size[:, None]
    return theta.min(axis=1, keepdims=True) - room, theta.max(axis=1, keepdims=True) + room


def _offspring(crowd: _Crowd, bounds: Bounds, rng: np.random.Generator) -> FloatArray:
    """The best instance moved by differences of two others, and each crossed with that; within bounds, (k, B)."""
    theta, (low, high) = crowd.theta, bounds
    order = rng.random((theta.shape[1], theta.shape[1]))
    np.fill_diagonal(order, np.inf)
    one, other = np.argsort(order, axis=1)[:, :2].T
    best = theta[:, [int(np.argmax(crowd.height))]]
    moved = best + rng.uniform(SHORTEST, LONGEST) * (theta[:, one] - theta[:, other])
    crossed = rng.random(theta.shape) < CROSSED
    crossed[rng.integers(theta.shape[0], size=theta.shape[1]), np.arange(theta.shape[1])] = True
    anywhere = low + (high - low) * rng.random(theta.shape)
    return np.where(crossed, np.where((moved < low) | (moved > high), anywhere, moved), theta)


def _height(promise: FloatArray) -> FloatArray:
    return np.clip(promise, -LARGEST, LARGEST)


def _same(one: Batch, other: Batch) -> BoolArray:
    """Where two batches have the same instances, but for the rounding of coordinates, (B,)."""
    found = np.ones(one.size, dtype=bool)
    for name, array in one.arrays.items():
        near = np.abs(array - other.arrays[name]) <= LEVEL * np.abs(array)
        found &= near.reshape(-1, one.size).all(axis=0)
    return found
