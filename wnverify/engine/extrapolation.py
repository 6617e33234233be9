"""Many ordinary differential equations of one form at once, stiff or not, with step sizes of their own.

The semi-implicit midpoint rule of Bader and Deuflhard (Numerische Mathematik 41, 1983), extrapolated in h²: a step H
is divided into 2, 6, 10, … parts, all divisions are run side by side, and the linear parts are solved for with the
Jacobian at the beginning of the step, of which only the stability depends, so that plain differences serve.
An instance steps onto each of its times, so that nothing is interpolated; it leaves the batch when it has arrived.
Shapes: `k` components, `C` columns of states of the same instance, `B` instances (last), `K` times.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from wnverify.arrays import BoolArray, FloatArray

IndexArray: TypeAlias = NDArray[np.intp]
Rates: TypeAlias = Callable[[FloatArray], FloatArray]
"""States (k, C, b) of the instances that it was made for -> their derivatives."""
Make: TypeAlias = Callable[[IndexArray], Rates]
DIVISIONS = (2, 6, 10, 14, 22, 34)
SAFETY, SHRINK, GROW = 0.8, 0.1, 5.0
"""How the next step follows from the error."""
FULL = 0.8
"""Share of the batch that is still under way below which the rest leaves it."""
NUDGE = 1e-7
"""Relative size of the differences."""


@dataclass(frozen=True)
class Accuracy:
    """How closely to integrate.

    Args:
        relative: tolerance of a step, of every component (k,) or of all.
        absolute: the same, absolute.
        steps: the most steps of one instance; one that needs more has failed.
        columns: how many divisions are extrapolated from, 2 to 6; the order is twice that.
    """

    relative: FloatArray | float
    absolute: FloatArray | float
    steps: int
    columns: int = 4


@dataclass(frozen=True)
class Paths:
    """States (K, k, B) at the times asked for, and where the integrator got there (B,); NaN where it did not."""

    states: FloatArray
    finished: BoolArray


def integrate(make: Make, start: FloatArray, times: FloatArray, to: Accuracy) -> Paths:
    """Solutions of y′ = rates(y) from `start` at time 0.

    Args:
        make: positions of instances (b,) -> the derivatives of those instances.
        start: (k, B).
        times: ascending and positive, of every instance (K, B).
        to: the accuracy.
    """
    run = _Run(make, times, to, start, np.arange(start.shape[1]))
    with np.errstate(all="ignore"):
        for _ in range(to.steps):
            if not run.at.size:
                break
            run.advance()
    return Paths(run.found, np.isfinite(run.found[-1]).all(axis=0))


def _weights(columns: int) -> FloatArray:
    """What the last two extrapolations make of the divisions: the value, and its difference to the one below."""
    squares = np.square(np.array(DIVISIONS[:columns], dtype=np.float64))
    table = below = list(np.eye(columns))
    for order in range(1, columns):
        below = table
        table = [
            now + (now - before) / (squares[j] / squares[j - order] - 1)
            for j, (before, now) in enumerate(pairwise(table), start=order)
        ]
    return np.stack([table[0], table[0] - below[-1]])


@dataclass
class _Run:
    """What is under way: positions `at` (b,), states y (k, b), their times t, next times and steps h (b,)."""

    make: Make
    times: FloatArray
    to: Accuracy
    y: FloatArray
    at: IndexArray
    found: FloatArray = field(init=False)
    rates: Rates = field(init=False)
    t: FloatArray = field(init=False)
    h: FloatArray = field(init=False)
    next: IndexArray = field(init=False)

    def __post_init__(self) -> None:
        """Begin at time 0; the first steps are a hundredth of the time in which the states change by themselves."""
        self.found = np.full((self.times.shape[0], *self.y.shape), np.nan)
        self.weights = _weights(self.to.columns)
        self.rates = self.make(self.at)
        self.t = np.zeros(self.at.size)
        self.next = np.zeros(self.at.size, dtype=np.intp)
        speed = np.abs(self.rates(self.y[:, None])[:, 0])
        with np.errstate(all="ignore"):
            self.h = 0.1 / np.maximum((speed / (np.abs(self.y) + 1.0)).max(axis=0), 1e-300)

    def advance(self) -> None:
        """One step of every instance, taken or refused."""
        goal = self.times[self.next, self.at]
        left = goal - self.t
        reaches = self.h >= left
        h = np.where(reaches, left, self.h)
        new, error = self._step(h)
        taken = error < 1.0
        factor = SAFETY * np.maximum(error, 1e-30) ** (-1 / (2 * self.to.columns - 1))
        wanted = h * np.clip(factor, SHRINK, GROW)
        # a step that was cut short to end on a time says nothing against a longer one
        self.h = np.where(taken & reaches, np.maximum(wanted, self.h), wanted)
        self.y = np.where(taken, new, self.y)
        self.t = np.where(taken, np.where(reaches, goal, self.t + h), self.t)
        there = taken & reaches
        self.found[self.next[there], :, self.at[there]] = new[:, there].T
        self.next = self.next + there
        under_way = (self.next < self.times.shape[0]) & (self.t + 1e-3 * self.h > self.t)
        self.next = np.minimum(self.next, self.times.shape[0] - 1)
        if not under_way.all():
            self._leave(under_way)

    def _leave(self, kept: BoolArray) -> None:
        self.at, self.next = self.at[kept], self.next[kept]
        self.y, self.t, self.h = np.ascontiguousarray(self.y[:, kept]), self.t[kept], self.h[kept]
        if self.at.size:
            self.rates = self.make(self.at)

    def _step(self, h: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The states after a step, and its error relative to the tolerance."""
        parts = np.array(DIVISIONS[: self.to.columns][::-1])  # the finest first, so that those that last are a prefix
        small = h / parts[:, None]
        slope, J = self._linear()
        solve = self._inverses(J, small)
        move = _times(solve, small * slope)
        states = self.y[:, None] + move
        ends = np.empty_like(states)
        for index in range(1, parts[0] + 1):
            lasting = int(np.sum(parts > index))
            on = lasting + int(np.any(parts == index))
            x = _times(solve[:, :, :on], small[:on] * self.rates(states[:, :on]) - move[:, :on])
            if on > lasting:
                ends[:, lasting] = states[:, lasting] + x[:, lasting]
            move = move[:, :lasting] + 2 * x[:, :lasting]
            states = states[:, :lasting] + move
        new, off = np.einsum("wj,kjb->wkb", self.weights[:, ::-1], ends)
        return new, self._error(new, off)

    def _linear(self) -> tuple[FloatArray, FloatArray]:
        """The slopes (k, 1, b) and the Jacobian J_ij = ∂y_i′/∂y_j, (k, k, b)."""
        nudge = NUDGE * (1.0 + np.abs(self.y))
        near = self.y[:, None] + np.eye(self.y.shape[0])[..., None] * nudge[None]
        both = self.rates(np.concatenate([self.y[:, None], near], axis=1))
        return both[:, :1], (both[:, 1:] - both[:, :1]) / nudge[None]

    def _inverses(self, J: FloatArray, small: FloatArray) -> FloatArray:
        """(I − hJ)⁻¹ of every division, (k, k, C, b); all NaN if one is singular, so that the step is refused."""
        matrices = np.eye(J.shape[0])[..., None, None] - small * J[:, :, None]
        matrices = np.where(np.isfinite(matrices).all(axis=(0, 1)), matrices, np.nan)
        stacked = np.moveaxis(matrices.reshape(*J.shape[:2], -1), -1, 0)
        try:
            return np.asarray(np.moveaxis(np.linalg.inv(stacked), 0, -1).reshape(matrices.shape), dtype=np.float64)
        except np.linalg.LinAlgError:
            return np.full_like(matrices, np.nan)

    def _error(self, new: FloatArray, off: FloatArray) -> FloatArray:
        relative, absolute = (np.reshape(part, (-1, 1)) for part in (self.to.relative, self.to.absolute))
        scale = absolute + relative * np.maximum(np.abs(self.y), np.abs(new))
        error = np.sqrt(np.mean((off / scale) ** 2, axis=0))
        return np.where(np.isfinite(error), error, np.inf)


def _times(matrices: FloatArray, vectors: FloatArray) -> FloatArray:
    return np.asarray(np.einsum("klcb,lcb->kcb", matrices, vectors))
