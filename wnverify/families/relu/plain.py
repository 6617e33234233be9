"""The second route to runs of ReLU networks: one instance at a time, through the Jacobian of f by all parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.relu.runs import Run
from wnverify.families.kit.parts import two_routes
from wnverify.quantities import Quantity


@dataclass(frozen=True, eq=False)
class One:
    """A single network without a batch axis: v (m, d), g (m,), x (n, d), y (n,), c (m,), alpha."""

    v: FloatArray
    g: FloatArray
    x: FloatArray
    y: FloatArray
    c: FloatArray
    alpha: float


def single(batch: Batch, index: int) -> One:
    """One start of a batch."""
    u, x, c, r = (batch.arrays[name][..., index] for name in ("u", "x", "c", "r"))
    x = x / np.linalg.norm(x, axis=1, keepdims=True)
    sign = np.where(c < 0, -1.0, 1.0)
    f = sign @ np.maximum(u @ x.T, 0.0) / np.sqrt(sign.size)
    alpha = float(batch.arrays["alpha"][index])
    return One(alpha * u, np.linalg.norm(u, axis=1), x, f - r, sign, alpha)


def outputs(one: One, v: FloatArray, g: FloatArray) -> FloatArray:
    """f from the effective weights g v/|v|."""
    w = (g / np.linalg.norm(v, axis=1))[:, None] * v
    return np.asarray(one.c @ np.maximum(w @ one.x.T, 0.0) / np.sqrt(one.c.size))


def signs(one: One, v: FloatArray, g: FloatArray) -> FloatArray:
    """Indicators (m, n)."""
    return np.asarray((g[:, None] * (v @ one.x.T)) > 0, dtype=np.float64)


def jacobian(one: One, v: FloatArray, g: FloatArray, on: FloatArray) -> FloatArray:
    """Derivative of f by (v_1, g_1, v_2, …) with the given indicators, (n, m (d+1))."""
    size = np.linalg.norm(v, axis=1)
    across = one.x[:, None] - (one.x @ v.T / size**2)[:, :, None] * v[None]
    by_v = (g / size)[None, :, None] * across
    by_g = (one.x @ v.T / size)[:, :, None]
    both = np.concatenate([by_v, by_g], axis=2) * (one.c[:, None] * on).T[:, :, None]
    return np.asarray(both.reshape(one.x.shape[0], -1) / np.sqrt(one.c.size))


def kernel(one: One, v: FloatArray, g: FloatArray, on: FloatArray) -> FloatArray:
    """JJᵀ, (n, n)."""
    J = jacobian(one, v, g, on)
    return np.asarray(J @ J.T)


@dataclass(frozen=True, eq=False)
class PlainRun:
    """A run of one network: points (v, g) and residuals at times h s."""

    start: One
    h: float
    points: Sequence[tuple[FloatArray, FloatArray]]

    @cached_property
    def sizes(self) -> FloatArray:
        """|r| at every point."""
        return np.array([np.linalg.norm(outputs(self.start, *point) - self.start.y) for point in self.points])

    @property
    def rate(self) -> float:
        """Least log(|r(0)|/|r(t)|)/t."""
        times = self.h * np.arange(1, len(self.points))
        return float(np.min(-np.log(self.sizes[1:] / self.sizes[0]) / times))

    def contraction(self, above: float = 0.0) -> float:
        """Least (1 − (|r(s)|/|r(0)|)^{1/s})/h over the steps s at which |r| exceeds that share of |r(0)|."""
        powers = np.arange(1, len(self.points))
        share = self.sizes[1:] / self.sizes[0]
        kept = share > above
        return float(np.min((1.0 - share[kept] ** (1.0 / powers[kept])) / self.h, initial=np.inf))

    @property
    def gain_shift(self) -> float:
        """Greatest |g_k(t) − g_k(0)|."""
        return float(max(np.abs(g - self.start.g).max() for _, g in self.points))

    def integral(self, window: int, value: Callable[[FloatArray, FloatArray], float]) -> float:
        """∫ value(Λ_s, r), s as in `Run.averaged`; a window of 0 steps: the indicators themselves."""
        on = np.array([signs(self.start, *point) for point in self.points[:-1]])
        if window:
            for begin in range(0, len(on), window):
                part = on[begin : begin + window]
                chatters = np.abs(np.diff(part, axis=0)).sum(axis=0) > 1
                part[:, chatters] = part.mean(axis=0)[chatters]
        total = 0.0
        for (v, g), switch in zip(self.points[:-1], on, strict=True):
            r = outputs(self.start, v, g) - self.start.y
            total += self.h * value(kernel(self.start, v, g, switch), r)
        return total


def _slope(one: One, v: FloatArray, g: FloatArray) -> tuple[FloatArray, FloatArray]:
    """∂L/∂v and ∂L/∂g as Jᵀr."""
    r = outputs(one, v, g) - one.y
    step = (jacobian(one, v, g, signs(one, v, g)).T @ r).reshape(v.shape[0], -1)
    return step[:, :-1], step[:, -1]


def descended(one: One, h: float, steps: int) -> PlainRun:
    """Gradient descent."""
    points = [(one.v, one.g)]
    for _ in range(steps):
        v, g = points[-1]
        to_v, to_g = _slope(one, v, g)
        points.append((v - h * to_v, g - h * to_g))
    return PlainRun(one, h, points)


def flowed(one: One, duration: float, steps: int) -> PlainRun:
    """Gradient flow by Kutta's 3/8 rule, of the same order as the method of the first route but not the same."""
    h = duration / steps
    points = [(one.v, one.g)]
    for _ in range(steps):
        v, g = points[-1]
        a = _slope(one, v, g)
        b = _slope(one, v - h / 3 * a[0], g - h / 3 * a[1])
        c = _slope(one, v - h * (b[0] - a[0] / 3), g - h * (b[1] - a[1] / 3))
        e = _slope(one, v - h * (a[0] - b[0] + c[0]), g - h * (a[1] - b[1] + c[1]))
        dv, dg = (h / 8 * (a[part] + 3 * b[part] + 3 * c[part] + e[part]) for part in (0, 1))
        points.append((v - dv, g - dg))
    return PlainRun(one, h, points)


Formula: TypeAlias = Callable[[Run], FloatArray]
Plain: TypeAlias = Callable[[PlainRun], float]


def by_runs(whole: Callable[[Batch], Run], singly: Callable[[Batch], Iterable[PlainRun]]) -> Callable[..., Quantity]:
    """Numbers of runs: of a batch at once, and of one run at a time.

    Returns:
        A function that declares one of them from its name, meaning, formulas in `Run` and `PlainRun`, and domain.
    """

    def declare(name: str, meaning: str, formula: Formula, plain: Plain, **domain: Any) -> Quantity:
        def second(batch: Batch) -> FloatArray:
            return np.array([plain(one) for one in singly(batch)])

        return two_routes(name, meaning, lambda batch: formula(whole(batch)), second, **domain)

    return declare
