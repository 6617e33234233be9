"""Runs of the same networks without normalization, f_i = m^{-1/2} Σ_k c_k relu(⟨w_k, x_i⟩): w_k itself is trained.

They begin where the normalised ones do, at w_k = g_k v̄_k, and are kept as v_k = w_k and g_k = |w_k|, from which the
network makes the same outputs. What a `Run` says of V, G and Λ is not theirs; their kernel is `State.H`.
Shapes: `B` instances, `m` neurons, `n` inputs, `d` their dimension; the batch is last.
"""

from __future__ import annotations

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.relu.fields import field
from wnverify.engine.relu.gains import State, length
from wnverify.engine.relu.runs import Run, gathered


def slope(at: State, w: FloatArray) -> tuple[FloatArray, FloatArray]:
    """r (n, B) and ∂L/∂w_k (m, d, B): the part across w_k and the part along it, put together."""
    g = length(w, 1)
    r, across, along = field(at, w, g)
    return r, across + (along / g)[:, None] * w


def descend(start: State, step: FloatArray, steps: int) -> Run:
    """Gradient descent with the step size `step` (B,)."""
    w, points = start.direction * start.g[:, None], []
    for _ in range(steps):
        r, to_w = slope(start, w)
        points.append((w, length(w, 1), r))
        w = w - step * to_w
    return gathered(start, step, [*points, (w, length(w, 1), slope(start, w)[0])])


def flow(start: State, duration: FloatArray, steps: int) -> Run:
    """Gradient flow up to `duration` (B,) by the classical Runge–Kutta method; for runs that do not slide."""
    w, h, points = start.direction * start.g[:, None], duration / steps, []
    for _ in range(steps):
        r, w1 = slope(start, w)
        points.append((w, length(w, 1), r))
        w2 = slope(start, w - h / 2 * w1)[1]
        w3 = slope(start, w - h / 2 * w2)[1]
        w4 = slope(start, w - h * w3)[1]
        w = w - np.asarray(h / 6 * (w1 + 2 * (w2 + w3) + w4))
    return gathered(start, h, [*points, (w, length(w, 1), slope(start, w)[0])])
