"""Many-start gradient ascent on log(lhs/rhs), batched over the starts, in gauge-fixed coordinates."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.family import Coordinates, Situation
from wnverify.judging.judge import Judge
from wnverify.search.evolution import Limits, evolve
from wnverify.search.tally import Tally

PLATEAU, RISE = 12, 1e-4
"""Steps without an improvement by that share after which an ascent stops."""
WINDOW, SHORT, HOPE = 5, 2, 3.0
"""Steps that are compared with those before them where an ascent is below what is known, fewer where that is a bound
that is attained; how many times faster it is thought to rise from there on."""
ATTAINED = 1 - 1e-6
"""What is known from there on is a bound that is attained."""
BEGUN, FAR = 6, 0.75
"""Steps after which an ascent that is still below that share of what is known, or of 1, is given up."""
FASTEST, SLOWEST, SLOWER = 0.12, 0.005, 0.3
"""How far an ascent steps at first, and where it has slowed down so much that it ends; by how much it slows down."""
LEADERS = 2
"""How many go on where an ascent that leads rises no more."""


@dataclass
class _Adam:
    """Adam (Kingma & Ba, arXiv:1412.6980), one independent optimiser a column."""

    first: FloatArray
    second: FloatArray
    count: int = 0

    def step(self, slope: FloatArray, rate: float) -> FloatArray:
        self.count += 1
        self.first = 0.8 * self.first + 0.2 * slope
        self.second = 0.95 * self.second + 0.05 * slope**2
        mean, spread = self.first / (1 - 0.8**self.count), self.second / (1 - 0.95**self.count)
        return rate * mean / (np.sqrt(spread) + 1e-12)

    def keep(self, chosen: NDArray[np.intp]) -> None:
        self.first, self.second = self.first[:, chosen], self.second[:, chosen]


@dataclass
class _Course:
    """How an ascent gets on.

    Args:
        known: the largest ratio that was found before.
        steps: the most steps.
        tops: the largest ratio of every step.
        best: the largest of all.
        since: steps since that rose.
        pace: how long a step is at first; shorter once it rose no more.
    """

    known: float
    steps: int
    tops: list[float] = field(default_factory=list)
    best: float = -np.inf
    since: int = 0
    pace: float = FASTEST

    def goes_on(self, ratio: FloatArray) -> NDArray[np.intp]:
        """Note the ratios of a step, (B,), and tell which instances go on: none where the ascent ends."""
        self._note(float(ratio.max()))
        if self._has_ended:
            if self.pace * SLOWER < SLOWEST or self.best <= self.known:
                return np.arange(0)
            self.pace, self.since = self.pace * SLOWER, 0
            return _largest(ratio, LEADERS)
        halved = len(self.tops) - 1 in (self.steps // 4, self.steps // 2) and ratio.size > 2
        return _largest(ratio, ratio.size - ratio.size // 2) if halved else np.arange(ratio.size)

    @property
    def rate(self) -> float:
        """How long the next step is."""
        share = (len(self.tops) - 1) / self.steps
        return self.pace * (0.03 + 0.97 * np.cos(0.5 * np.pi * share) ** 2)

    def _note(self, top: float) -> None:
        rises = not self.tops or top > self.best + RISE * abs(self.best)
        self.since = 0 if rises else self.since + 1
        self.best = max(self.best, top)
        self.tops.append(top)

    @property
    def _has_ended(self) -> bool:
        """Whether it rises no more, or comes up to nothing that is not known."""
        below = self.best <= self.known + RISE * abs(self.known)
        return self.since > PLATEAU or (below and self._is_hopeless())

    def _is_hopeless(self) -> bool:
        """Whether the last steps are no higher than those before them, or will not come up to what is known in time.

        The start is left out: the first steps are the longest, and may lead far down before it goes up.
        """
        if len(self.tops) >= BEGUN and self.known > 0 and self.best < FAR * min(self.known, 1.0):
            return True
        window = SHORT if self.known >= ATTAINED else WINDOW
        if len(self.tops) <= 2 * window:
            return False
        now, then = max(self.tops[-window:]), max(self.tops[-2 * window : -window])
        foreseen = now + HOPE * (now - then) / window * (self.steps - len(self.tops))
        return now <= then + RISE * abs(then) or foreseen < self.known


def _largest(ratio: FloatArray, count: int) -> NDArray[np.intp]:
    """The positions of the largest, in their order."""
    return np.sort(np.argsort(ratio, kind="stable")[-count:])


def climb(
    tally: Tally,
    situation: Situation,
    starts: Batch,
    steps: int,
    *,
    stop_at: float = np.inf,
    coordinates: Coordinates | None = None,
) -> Batch:
    """Raise the ratio from every start at once; the tally counts each step and keeps the best.

    Where that rises no more the best two go on with shorter steps, and in the end it ends; at once where it stayed
    below what is known already, and unless the tally is patient sooner where it will not come up to that. Half of the
    starts, the worst, are dropped after a quarter and after half of the steps. An identity, or a quantity that offers
    no derivative, is climbed without one instead, by `evolution`.

    Args:
        tally: counts and keeps the best instance.
        situation: the shape and settings of all starts.
        starts: B instances.
        steps: the most steps.
        stop_at: a ratio at which to stop early (a mutant is dead, more would add nothing).
        coordinates: in which to climb; those of the family by default.

    Returns:
        The instances where the climb ended, those of the dropped starts left out.
    """
    coordinates = tally.judge.family.coordinates(situation) if coordinates is None else coordinates
    if not tally.judge.has_slope:
        return evolve((tally, situation, coordinates), starts, Limits(steps, stop_at))
    theta = coordinates.canonical(coordinates.encode(starts))
    adam = _Adam(np.zeros_like(theta), np.zeros_like(theta))
    course = _Course(-np.inf if tally.patient or tally.best is None else tally.best.ratio, steps)
    previous, kept = starts, np.arange(theta.shape[1])
    for _ in range(steps):
        batch = coordinates.decode(theta)
        batch.follow(previous, kept)
        slope = _slope(tally.judge, coordinates, theta, batch)
        judgement = tally.add(batch, situation, "ascent", "lower")
        previous, kept = batch, course.goes_on(judgement.promise)
        if course.best >= stop_at or not kept.size or not (slope.any() or adam.first.any()):
            break
        if kept.size < theta.shape[1]:
            theta, slope = theta[:, kept], slope[:, kept]
            adam.keep(kept)
        theta = coordinates.canonical(theta + adam.step(slope, course.rate))
    else:
        batch = coordinates.decode(theta)
    tally.add(batch, situation, "ascent")
    return batch


def _slope(judge: Judge, coordinates: Coordinates, theta: FloatArray, batch: Batch) -> FloatArray:
    with np.errstate(all="ignore"):  # where a side is 0 its logarithm has no slope
        slope = np.nan_to_num(coordinates.pullback(theta, batch, judge.slope(batch)), posinf=0.0, neginf=0.0)
    return slope / np.maximum(np.abs(slope).max(axis=0), 1e-300)
