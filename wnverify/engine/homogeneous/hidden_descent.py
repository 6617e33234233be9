"""Gradient descent with EWN on a hidden layer with several classes; for the network see `hidden_flow`.

The step sizes are η_t = h φ_t^{1/2} with φ = log(1/LL), as they may grow in the paper: O((log 1/LL)^c) with c < 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.homogeneous.hidden_flow import Task, pull

Slope = Callable[[FloatArray, FloatArray], tuple[float, FloatArray, FloatArray]]
"""(α, v) -> log LL and its derivatives by α (k,) and v (k, d)."""


@dataclass(frozen=True)
class Descent:
    """A run of gradient descent; LL is the loss, φ = log(1/LL), D = ‖∂LL/∂α‖² + ‖∂LL/∂v‖².

    Args:
        w: the weights at the end (k, d).
        phi: φ at the start and at the end.
        d: Σ η_t.
        off: max |LL_{t+1} − LL_t + η_t D_t|/(η_t D_t), how far a step is from its first order.
        stretch: max (LL_t φ_t/(LL_{t+1} φ_{t+1}))².
        slowest: min D_t/(LL_t φ_t)².
        fastest: max D_t/(LL_t φ_t)².
        falling: whether every step lowered the loss and φ stayed above 1; where not, nothing was done.
    """

    w: FloatArray
    phi: tuple[float, float]
    d: float
    off: float
    stretch: float
    slowest: float
    fastest: float
    falling: bool


def weights_at(alpha: FloatArray, v: FloatArray) -> FloatArray:
    """w = e^α v/‖v‖, (k, d)."""
    return np.asarray(np.exp(alpha)[:, None] * v / np.linalg.norm(v, axis=1, keepdims=True))


def slope(task: Task) -> Slope:
    """log LL and its derivatives, in closed form: ∂/∂α = ⟨w, ·⟩ and ∂/∂v = (‖w‖/‖v‖)(I − bbᵀ)·."""

    def of(alpha: FloatArray, v: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        length = np.linalg.norm(v, axis=1, keepdims=True)
        b, size = v / length, np.exp(alpha)[:, None]
        at = pull(task, size * b)
        radial = np.sum(b * at.G, axis=1, keepdims=True)
        return -at.phi, -(size * radial)[:, 0], -(size / length) * (at.G - radial * b)

    return of


def descend(by: Slope, start: FloatArray, h: float, steps: int) -> Descent:
    """So many steps from the weights `start` (k, d), with ‖v‖ = 1; none where they would not fall."""
    sizes = np.linalg.norm(start, axis=1, keepdims=True)
    alpha, v = np.log(sizes[:, 0]), start / sizes
    log_loss, by_alpha, by_v = by(alpha, v)
    first, d, rows = -log_loss, 0.0, []
    for _ in range(steps):
        eta = h * np.sqrt(max(-log_loss, 1.0))
        move = eta * np.exp(log_loss)  # of the gradient of log LL
        before, square = log_loss, float(by_alpha @ by_alpha + np.sum(by_v**2))
        alpha, v = alpha - move * by_alpha, v - move * by_v
        log_loss, by_alpha, by_v = by(alpha, v)
        if square == 0.0 or not before > log_loss or log_loss >= -1:
            return Descent(start, (first, first), h, 0.0, 1.0, 1.0, 1.0, falling=False)
        missed = abs(np.expm1(log_loss - before) / (move * square) + 1)
        rows.append((missed, (np.exp(before - log_loss) * before / log_loss) ** 2, square / before**2))
        d += float(eta)
    columns = np.array(rows)
    off, stretch, fastest = (float(number) for number in columns.max(axis=0))
    slowest = float(columns[:, 2].min())
    return Descent(weights_at(alpha, v), (first, -log_loss), d, off, stretch, slowest, fastest, falling=True)
