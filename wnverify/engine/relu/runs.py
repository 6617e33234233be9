"""Gradient flow and gradient descent of two-layer ReLU networks with gains, many instances at once.

Gradient descent is the explicit Euler method of the flow, so one recursion serves both. Where a run slides along a
kink (a pair (k, i) whose a_ik changes sign in step after step) the flow takes, in the sense of Filippov, values s_ik
between 0 and 1 for the indicators; means of the indicators over a window of steps approximate them.
Shapes: `B` instances, `m` neurons, `n` inputs, `d` their dimension, `T` steps; the batch is last.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.relu.fields import Parameters, Path, Point, along_runs
from wnverify.engine.relu.gains import State, eigenvalues, energy, length

CACHED, FEWEST = 40_000, 8
"""Numbers v and products with inputs, of as many instances as are run together, and the fewest of these."""


@dataclass(frozen=True, eq=False)
class Run:
    """The states of B runs.

    Args:
        start: the state that they begin in.
        time: (T+1, B).
        paths: v, g and r at every time, of parts of the batch.
    """

    start: State
    time: FloatArray
    paths: Sequence[Path]

    @cached_property
    def v(self) -> FloatArray:
        """Directions, (T+1, m, d, B)."""
        return self._whole(0)

    @cached_property
    def g(self) -> FloatArray:
        """Gains, (T+1, m, B)."""
        return self._whole(1)

    @cached_property
    def residual(self) -> FloatArray:
        """r, (T+1, n, B)."""
        return self._whole(2)

    def _whole(self, which: int) -> FloatArray:
        parts = [path.whole(which) for path in self.paths]
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=-1)

    @property
    def points(self) -> int:
        """T + 1."""
        return int(self.time.shape[0])

    def _flat(self, a: FloatArray) -> FloatArray:
        """(K, ..., B) → (..., K·B)."""
        return np.moveaxis(a, 0, -2).reshape(*a.shape[1:-1], -1)

    def unflat(self, a: FloatArray) -> FloatArray:
        """(..., K·B) → (K, ..., B)."""
        return np.moveaxis(a.reshape(*a.shape[:-1], -1, self.time.shape[1]), -2, 0)

    def states(self, chosen: slice | FloatArray = slice(None), switch: FloatArray | None = None) -> State:
        """The states at the chosen points, side by side, with indicators of their own or `switch` (K, m, n, B)."""
        v, g, at = self.v[chosen], self.g[chosen], self.start
        count = v.shape[0]
        parts = {name: np.tile(getattr(at, name), count) for name in ("x", "y", "c", "alpha")}
        return State(self._flat(v), self._flat(g), **parts, switch=None if switch is None else self._flat(switch))

    @cached_property
    def every(self) -> State:
        """All states beside one another."""
        return self.states()

    @cached_property
    def size(self) -> FloatArray:
        """|r|, (T+1, B)."""
        return length(self.residual, 1)

    @cached_property
    def active(self) -> FloatArray:
        """The indicators 1{g_k a_ik > 0}, (T+1, m, n, B)."""
        products = np.einsum("tkdb,idb->tkib", self.v, self.start.x)
        return np.asarray(products * self.g[:, :, None] > 0, dtype=np.float64)

    @cached_property
    def rate(self) -> FloatArray:
        """log(|r(0)|/|r(t)|)/t at every t > 0, (T, B); the least of them is the rate that holds throughout."""
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(self.size[0] / self.size[1:]) / self.time[1:])

    def contraction(self, above: float = 0.0) -> FloatArray:
        """min_s (1 − (|r(s)|/|r(0)|)^{1/s})/η over the steps at which |r| exceeds that share of |r(0)|, (B,)."""
        powers, share = np.arange(1, self.points)[:, None], self.size[1:] / self.size[0]
        each = (1.0 - share ** (1.0 / powers)) / self.time[1]
        return np.asarray(np.where(share > above, each, np.inf).min(axis=0))

    @cached_property
    def gain_shift(self) -> FloatArray:
        """Greatest |g_k(t) − g_k(0)| over all k and t, (B,)."""
        return np.asarray(np.abs(self.g - self.g[0]).max(axis=(0, 1)))

    @cached_property
    def push(self) -> FloatArray:
        """p = (κ/√m) ∫ |r| over the whole run, (B,); by left sums, which bound the movement of Euler's steps too."""
        whole = np.sum(self.size[:-1] * np.diff(self.time, axis=0), axis=0)
        return np.asarray(self.start.kappa / np.sqrt(self.start.m) * whole)

    def turned(self, k: int) -> FloatArray:
        """Angle that the direction v̄_k has turned through over the run, step by step, (B,)."""
        direction = self.v[:, k] / length(self.v[:, k], 1)[:, None]
        chord = length(np.diff(direction, axis=0), 1)
        return np.asarray(np.sum(2.0 * np.arcsin(np.minimum(chord / 2.0, 1.0)), axis=0))

    @cached_property
    def flips(self) -> FloatArray:
        """The most sign changes of one a_ik along the run, (B,); more than two are called sliding."""
        return np.asarray(np.sum(self.active[1:] != self.active[:-1], axis=0).max(axis=(0, 1)), dtype=np.float64)

    @property
    def indicator_integral(self) -> FloatArray:
        """∫ λ_min(Λ) with the indicators themselves, (B,)."""
        return self.averaged(1)[0]

    @property
    def indicator_work(self) -> FloatArray:
        """2 ∫ rᵀΛr with the indicators themselves, (B,)."""
        return self.averaged(1)[1]

    def averaged(self, window: int) -> tuple[FloatArray, FloatArray]:
        """∫ λ_min(Λ_s) and 2 ∫ rᵀΛ_s r, (B,) each, with Filippov's s in place of the indicators.

        In every window of so many steps a pair (k, i) that changes sign twice or more has s_ik the mean of its
        indicators there; every other pair has s_ik the indicator itself.
        """
        if window not in self._averages:
            self._averages[window] = self._averaged(window)
        return self._averages[window]

    @cached_property
    def _averages(self) -> dict[int, tuple[FloatArray, FloatArray]]:
        return {}

    def _averaged(self, window: int) -> tuple[FloatArray, FloatArray]:
        steps, (m, _, batch) = self.points - 1, self.start.v.shape
        few = window * max(1, CACHED // (window * batch * m * (1 + self.start.x.shape[0])))
        parts = [self._windows(slice(begin, min(begin + few, steps)), window) for begin in range(0, steps, few)]
        least, power = (np.sum(part, axis=0) for part in zip(*parts, strict=True))
        return least, power

    def _windows(self, part: slice, window: int) -> tuple[FloatArray, FloatArray]:
        """Of the windows between two times."""
        on = self.active[part].reshape(-1, window, *self.active.shape[1:])
        chatters = np.sum(on[:, 1:] != on[:, :-1], axis=1, keepdims=True) > 1
        switch = np.where(chatters, on.mean(axis=1, keepdims=True), on).reshape(-1, *self.active.shape[1:])
        at, h = self.states(part, switch), np.diff(self.time, axis=0)[part]
        least, power = eigenvalues(at.Lambda)[0], energy(at.Lambda, self._flat(self.residual[part]))
        integrals = [np.sum(self.unflat(each) * h, axis=0) for each in (least, 2.0 * power)]
        return np.asarray(integrals[0]), np.asarray(integrals[1])


def descend(start: State, step: FloatArray, steps: int) -> Run:
    """Gradient descent with the step size `step` (B,) on directions and gains."""
    return Run(start, _times(step, steps), _in_parts(_descended, start, step, steps))


def _descended(start: State, step: FloatArray, steps: int) -> Path:
    field, points = along_runs(start), []
    (v, g), (to_v, to_g) = field.begin, field.spread(step)
    for _ in range(steps):
        r, by_v, by_g = field.rates(v, g)
        points.append((v, g, r))
        by_v *= to_v
        by_g *= to_g
        v, g = v - by_v, g - by_g
    return field.path([*points, (v, g, field.residual(v, g))])


def flow(start: State, duration: FloatArray, steps: int) -> Run:
    """Gradient flow up to `duration` (B,) by the classical Runge–Kutta method; for runs that do not slide."""
    h = duration / steps
    return Run(start, _times(h, steps), _in_parts(_flowed, start, h, steps))


def _flowed(start: State, h: FloatArray, steps: int) -> Path:
    field, points = along_runs(start), []
    at, (whole, half, sixth) = field.begin, (field.spread(h / parts) for parts in (1, 2, 6))
    for _ in range(steps):
        r, *first = field.rates(*at)
        points.append((*at, r))
        _, *second = field.rates(*_moved(at, half, first))
        _, *third = field.rates(*_moved(at, half, second))
        _, *fourth = field.rates(*_moved(at, whole, third))
        for total, b, c, d in zip(second, third, first, fourth, strict=True):  # into the second
            total += b
            total *= 2
            total += c
            total += d
        at = _moved(at, sixth, second)
    return field.path([*points, (*at, field.residual(*at))])


def _moved(at: Parameters, h: Parameters, slopes: Sequence[FloatArray]) -> Parameters:
    """v and g against their slopes."""
    return at[0] - h[0] * slopes[0], at[1] - h[1] * slopes[1]


def _times(h: FloatArray, steps: int) -> FloatArray:
    return np.arange(steps + 1)[:, None] * h


def gathered(start: State, h: FloatArray, points: Sequence[Point]) -> Run:
    """The run through these v, g and r at distances h (B,) in time."""
    return Run(start, _times(h, len(points) - 1), [Path(points)])


def _in_parts(run: Callable[[State, FloatArray, int], Path], start: State, h: FloatArray, steps: int) -> list[Path]:
    """The runs of all instances, as many at a time as the cache holds."""
    size, numbers = h.size, start.m * (start.v.shape[1] + start.x.shape[0])
    parts = min(size // FEWEST, -(-size * numbers // CACHED))
    if parts <= 1:
        return [run(start, h, steps)]
    ends = np.linspace(0, size, parts + 1).astype(int)
    return [run(start.some(cut), h[cut], steps) for cut in map(slice, ends[:-1], ends[1:])]


def with_residual(start: State, residual: FloatArray) -> State:
    """The same network with targets such that f − y is the given residual (n, B)."""
    return replace(start, y=start.output - residual)
