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


def _products(one: One, v: FloatArray) -> tuple[FloatArray, FloatArray]:
    """|v_k| and ⟨v_k, x_i⟩, (..., m) and (..., m, n)."""
    return np.sqrt((v * v).sum(axis=-1)), v @ one.x.T


def outputs(one: One, v: FloatArray, g: FloatArray) -> FloatArray:
    """f from the effective weights g v/|v|, at one point or several, v (..., m, d) and g (..., m): (..., n)."""
    size, z = _products(one, v)
    return np.asarray(one.c @ np.maximum((g / size)[..., None] * z, 0.0) / np.sqrt(one.c.size))


def signs(one: One, v: FloatArray, g: FloatArray) -> FloatArray:
    """Indicators (..., m, n)."""
    return np.asarray((g[..., None] * (v @ one.x.T)) > 0, dtype=np.float64)


def jacobian(one: One, v: FloatArray, g: FloatArray, on: FloatArray) -> FloatArray:
    """Derivative of f by (v_1, g_1, v_2, …) with the given indicators, (..., n, m (d+1))."""
    blocks = np.swapaxes(_blocks(one, g, on, (v, *_products(one, v))), -3, -2)
    return blocks.reshape(*blocks.shape[:-2], -1)


def _blocks(one: One, g: FloatArray, on: FloatArray, at: tuple[FloatArray, FloatArray, FloatArray]) -> FloatArray:
    """The same by neuron and output, (..., m, n, d+1), from v, |v_k| and ⟨v_k, x_i⟩."""
    v, size, z = at[0], at[1][..., None], at[2]
    weight = one.c[:, None] / np.sqrt(one.c.size) * on
    both = np.empty((*z.shape, v.shape[-1] + 1))
    across = one.x - (z / size**2)[..., None] * v[..., None, :]
    np.multiply(across, (g[..., None] / size * weight)[..., None], out=both[..., :-1])
    np.multiply(z / size, weight, out=both[..., -1])
    return both


def kernel(one: One, v: FloatArray, g: FloatArray, on: FloatArray) -> FloatArray:
    """JJᵀ, (..., n, n)."""
    J = jacobian(one, v, g, on)
    return np.asarray(J @ np.swapaxes(J, -1, -2))


@dataclass(frozen=True, eq=False)
class PlainRun:
    """A run of one network: points v (T+1, m, d) and g (T+1, m) at times h s."""

    start: One
    h: float
    v: FloatArray
    g: FloatArray

    @cached_property
    def residuals(self) -> FloatArray:
        """r at every point, (T+1, n)."""
        return outputs(self.start, self.v, self.g) - self.start.y

    @cached_property
    def sizes(self) -> FloatArray:
        """|r| at every point."""
        return np.asarray(np.linalg.norm(self.residuals, axis=1))

    @cached_property
    def on(self) -> FloatArray:
        """The indicators at every point, (T+1, m, n)."""
        return signs(self.start, self.v, self.g)

    @property
    def rate(self) -> float:
        """Least log(|r(0)|/|r(t)|)/t."""
        times = self.h * np.arange(1, len(self.sizes))
        return float(np.min(-np.log(self.sizes[1:] / self.sizes[0]) / times))

    def contraction(self, above: float = 0.0) -> float:
        """Least (1 − (|r(s)|/|r(0)|)^{1/s})/h over the steps s at which |r| exceeds that share of |r(0)|."""
        powers = np.arange(1, len(self.sizes))
        share = self.sizes[1:] / self.sizes[0]
        kept = share > above
        return float(np.min((1.0 - share[kept] ** (1.0 / powers[kept])) / self.h, initial=np.inf))

    @property
    def gain_shift(self) -> float:
        """Greatest |g_k(t) − g_k(0)|."""
        return float(np.abs(self.g - self.start.g).max())

    def integral(self, window: int, value: Callable[[FloatArray, FloatArray], FloatArray]) -> float:
        """∫ value(Λ_s, r), s as in `Run.averaged`; a window of 0 steps: the indicators themselves."""
        on = self.on[:-1].copy()
        for begin in range(0, len(on), window) if window else ():
            part = on[begin : begin + window]
            chatters = np.abs(np.diff(part, axis=0)).sum(axis=0) > 1
            part[:, chatters] = part.mean(axis=0)[chatters]
        kernels = kernel(self.start, self.v[:-1], self.g[:-1], on)
        return float(self.h * np.sum(value(kernels, self.residuals[:-1])))


def _slope(one: One, v: FloatArray, g: FloatArray) -> tuple[FloatArray, FloatArray]:
    """∂L/∂v and ∂L/∂g as Jᵀr."""
    size, z = _products(one, v)
    active = np.maximum((g / size)[:, None] * z, 0.0)
    r = one.c @ active / np.sqrt(one.c.size) - one.y
    step = r @ _blocks(one, g, np.asarray(active > 0, dtype=np.float64), (v, size, z))
    return step[:, :-1], step[:, -1]


def descended(one: One, h: float, steps: int) -> PlainRun:
    """Gradient descent."""
    points = [(one.v, one.g)]
    for _ in range(steps):
        v, g = points[-1]
        to_v, to_g = _slope(one, v, g)
        points.append((v - h * to_v, g - h * to_g))
    return _gathered(one, h, points)


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
    return _gathered(one, h, points)


def _gathered(one: One, h: float, points: Sequence[tuple[FloatArray, FloatArray]]) -> PlainRun:
    v, g = (np.array(part) for part in zip(*points, strict=True))
    return PlainRun(one, h, v, g)


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
