"""The gradient of two-layer ReLU networks with gains, as it is asked for step by step: nothing is kept, for speed.

Runs of many narrow networks have the batch last, as everywhere; of few or of wide ones the instances first and the
neurons last, so that all that is done along the last axis is long, and sums over inputs are products of matrices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.relu.gains import State, length

Parameters: TypeAlias = tuple[FloatArray, FloatArray]
"""v and g, or what belongs to each."""
Point: TypeAlias = tuple[FloatArray, FloatArray, FloatArray]
"""v, g and r; or r, ∂L/∂v and ∂L/∂g."""
FEW, WIDE = 24, 40
"""The most instances of any width, and the least width of several inputs of any number of instances, that come first.
"""


@dataclass(frozen=True)
class Path:
    """v, g and r at points that follow one another: with the batch last, or if `apart` with the neurons last."""

    points: Sequence[Point]
    apart: bool = False

    def whole(self, which: int) -> FloatArray:
        """One of the three at all points, (T+1, m, d, B), (T+1, m, B) or (T+1, n, B)."""
        found = np.stack([point[which] for point in self.points])
        return np.ascontiguousarray(found.swapaxes(1, -1)) if self.apart else found


@dataclass(frozen=True, eq=False)
class Beside:
    """The batch last: v (m, d, B), g (m, B) and r (n, B)."""

    at: State

    @property
    def begin(self) -> Parameters:
        """v and g of the state."""
        return self.at.v, self.at.g

    def spread(self, h: FloatArray) -> Parameters:
        """A number of each instance, as v and g are multiplied by it."""
        return h, h

    def rates(self, v: FloatArray, g: FloatArray) -> Point:
        """r, ∂L/∂v and ∂L/∂g."""
        return field(self.at, v, g)

    def residual(self, v: FloatArray, g: FloatArray) -> FloatArray:
        """r, (n, B)."""
        at = self.at
        weight, products = at.c * g / length(v, 1), np.einsum("kdb,idb->kib", v, at.x)
        seen = products * (products * g[:, None] > 0)
        return np.asarray(np.einsum("kb,kib->ib", weight, seen) / np.sqrt(at.m) - at.y)

    def path(self, points: Sequence[Point]) -> Path:
        """What was run through."""
        return Path(points)


@dataclass(frozen=True, eq=False)
class Apart:
    """The instances first, the neurons last: v (B, d, m), g (B, m) and r (B, n)."""

    at: State

    @cached_property
    def begin(self) -> Parameters:
        """v and g of the state."""
        return _turned(self.at.v), _turned(self.at.g)

    @cached_property
    def _known(self) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """x (B, n, d) and (B, d, n), c/√m (B, m) and y (B, n)."""
        x = np.ascontiguousarray(np.moveaxis(self.at.x, -1, 0))
        return x, np.ascontiguousarray(x.swapaxes(1, 2)), _turned(self.at.c) / np.sqrt(self.at.m), _turned(self.at.y)

    def spread(self, h: FloatArray) -> Parameters:
        """A number of each instance, as v and g are multiplied by it."""
        return h[:, None, None], h[:, None]

    def rates(self, v: FloatArray, g: FloatArray) -> Point:
        """r, ∂L/∂v and ∂L/∂g."""
        x, turned, sign, y = self._known
        square = np.einsum("bdm,bdm->bm", v, v)
        size = np.sqrt(square)
        weight = sign * g
        weight /= size
        products = x @ v
        on = products * g[:, None] > 0
        products *= on
        r = (products @ weight[..., None])[..., 0] - y
        along = (r[:, None] @ products)[:, 0]
        to_v = turned @ (on * r[..., None])
        to_v -= (along / square)[:, None] * v
        to_v *= weight[:, None]
        along *= sign
        along /= size
        return r, to_v, along

    def residual(self, v: FloatArray, g: FloatArray) -> FloatArray:
        """r, (B, n)."""
        x, _, sign, y = self._known
        weight, products = sign * g / np.sqrt(np.einsum("bdm,bdm->bm", v, v)), x @ v
        return ((products * (products * g[:, None] > 0)) @ weight[..., None])[..., 0] - y

    def path(self, points: Sequence[Point]) -> Path:
        """What was run through."""
        return Path(points, apart=True)


def _turned(a: FloatArray) -> FloatArray:
    """The first axis and the last changed for one another."""
    return np.ascontiguousarray(a.swapaxes(0, -1))


def along_runs(at: State) -> Beside | Apart:
    """The field of these networks, by the order of axes that is quick for so many of them."""
    wide = at.m >= WIDE and at.x.shape[0] > 1
    return Apart(at) if wide or at.g.shape[1] <= FEW else Beside(at)


def field(at: State, v: FloatArray, g: FloatArray) -> Point:
    """r, ∂L/∂v and ∂L/∂g at other parameters than those of the state, the batch last."""
    square = np.einsum("kdb,kdb->kb", v, v)
    size = np.sqrt(square * at.m)
    weight = at.c * g / size
    products = np.einsum("kdb,idb->kib", v, at.x)
    on = products * g[:, None] > 0
    products *= on
    r = np.einsum("kb,kib->ib", weight, products) - at.y
    along = np.einsum("kib,ib->kb", products, r)
    to_v = np.einsum("kib,idb->kdb", on * r, at.x)
    to_v -= (along / square)[:, None] * v
    to_v *= weight[:, None]
    return r, to_v, at.c * along / size
