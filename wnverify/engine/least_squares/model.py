"""Least squares and other losses of a linear model under weight normalization: fields, limits, one-step maps.

The predictor is `p = g A w` with `‖w‖ = 1`, the loss `F(p)` a sum over the `m` rows, `q = AᵀF′(p)`. With the
rates `rate_g`, `rate_w` of the two parameters the flow is `g′ = −rate_g ⟨w,q⟩`, `w′ = −rate_w g (I − wwᵀ) q`.
Wu et al. (arXiv:1911.07956) take F(p) = ½‖p − y‖². Axes: `m` rows, `d` columns, `B` instances (last).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np
import scipy

from wnverify.arrays import BoolArray, FloatArray
from wnverify.engine.least_squares.rows import Rows, apply, dot, length, pull

EPSILON = float(np.finfo(np.float64).eps)
Slope = Callable[[FloatArray, FloatArray], FloatArray]
SLOPES: Mapping[str, Slope] = MappingProxyType({
    "squared": lambda p, y: p - y,
    "logistic": lambda p, y: -y * scipy.special.expit(-y * p),
    "quartic": lambda p, y: (p - y) * (p - y) * (p - y),
    "tanh": lambda p, y: np.tanh(p - y) / np.cosh(p - y) ** 2,
})  # fmt: skip
"""F′ by name, for F = Σ ½(p−y)², Σ log(1+e^{−yp}), Σ ¼(p−y)⁴, Σ ½tanh²(p−y); the last is not convex.

Of arrays and of plain numbers; the cube as a product, since a power of a plain number raises an error beyond 1e308.
"""


@dataclass(frozen=True)
class Point:
    """State of the flow: A (m, d, B), unit w (d, B), y (m, B), and g, rate_g, rate_w (B,), with the loss's slope."""

    A: FloatArray
    w: FloatArray
    y: FloatArray
    g: FloatArray
    rate_g: FloatArray
    rate_w: FloatArray
    slope: Slope

    @cached_property
    def rows(self) -> Rows:
        """The rows of A."""
        return Rows(self.A)

    @cached_property
    def image(self) -> FloatArray:
        """A w, (m, B)."""
        return apply(self.A, self.w)

    @cached_property
    def residual(self) -> FloatArray:
        """F′(gAw), (m, B); for the squared loss e = gAw − y."""
        return self.slope(self.g * self.image, self.y)

    @cached_property
    def force(self) -> FloatArray:
        """q = AᵀF′(gAw), (d, B): the gradient with respect to x = gw."""
        return pull(self.A, self.residual)

    @cached_property
    def velocity(self) -> tuple[FloatArray, FloatArray]:
        """(g′, w′) of the flow."""
        along = dot(self.w, self.force)
        return -self.rate_g * along, -self.rate_w * self.g * (self.force - along * self.w)


def excess(X: FloatArray, om: FloatArray, c: FloatArray, g: FloatArray) -> FloatArray:
    """δ = s − X² for the root s of `s(1 − om² e^{(g²−s)/c}) = X²` in [X², ∞), to full relative accuracy.

    With k = om² e^{(g²−X²)/c} the equation is `log δ − log(X²+δ) + δ/c = log k`, increasing in log δ; it is
    bisected in log δ between `X²k e^{−h/c}` and `h = c(max(log k, 0) + 1) + X²`, where it changes sign.
    """
    square = X**2
    log_k = 2 * np.log(np.maximum(om, 1e-300)) + (g**2 - square) / c
    top = c * (np.maximum(log_k, 0.0) + 1) + square
    low, high = np.log(square) + log_k - top / c, np.log(top)
    for _ in range(70):
        middle = 0.5 * (low + high)
        delta = np.exp(middle)
        above = middle - np.log(square + delta) + delta / c > log_k
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return np.exp(0.5 * (low + high))


def sign_changes(X: FloatArray, om: FloatArray, c: FloatArray, g: FloatArray, points: int = 400) -> FloatArray:
    """How often `s(1 − om² e^{(g²−s)/c}) − X²` changes sign for s from X² to beyond every root, on a grid."""
    log_k = 2 * np.log(np.maximum(om, 1e-300)) + (g**2 - X**2) / c
    top = 2 * (c * (np.maximum(log_k, 0.0) + 1) + X**2)
    low = np.minimum(np.log(X**2) + log_k - top / c, np.log(top) - 1) - 1
    step, square, turns = (np.log(top) - low) / (points - 1), X**2, np.zeros(X.shape)
    before = _positive(low, square, c, log_k)
    for index in range(1, points):  # point by point: all of them at once would not fit the cache
        now = _positive(low + index * step, square, c, log_k)
        turns += now != before
        before = now
    return turns


def _positive(u: FloatArray, square: FloatArray, c: FloatArray, log_k: FloatArray) -> BoolArray:
    """Where s(1 − om² e^{(g²−s)/c}) > X², δ = e^u = s − X², in logarithms: no digits cancel where δ is small."""
    delta = np.exp(u)
    return np.asarray(u + delta / c - np.log(square + delta) > log_k)


def projected_step(w: FloatArray, d: FloatArray, h: FloatArray) -> tuple[FloatArray, FloatArray]:
    """One step `w⁺ = (w − hd)/‖w − hd‖` against the flow: (‖(w⁺ − w)/h + (I − wwᵀ)d‖, ‖w − hd‖).

    1/N − 1 is taken from N² − 1 = −2h⟨w,d⟩ + h²‖d‖², so that little cancels for small h.
    """
    along = dot(w, d)
    square = -2 * h * along + h**2 * dot(d, d)
    N = np.sqrt(1 + square)
    shrink = -square / (N * (N + 1))
    return length((shrink * (w - h * d) - h * along * w) / h), N


State = tuple[FloatArray, FloatArray]
"""Gain (B,) and unit direction (d, B)."""


def descend(A: FloatArray, y: FloatArray, start: State, gam: FloatArray, steps: FloatArray) -> State:
    """(g, w) after reparametrised projected gradient descent with step 1/g² for w and `gam` for g.

    `w⁺ = (w − Aᵀe/g)/‖·‖`, `g⁺ = g − gam⟨Aw, e⟩`, e = gAw − y. Each instance makes its own number of `steps` (B,);
    gam = 0 is the phase in which the gain is kept.
    """
    order = np.argsort(-steps, kind="stable")  # so that those under way come first
    A, y, gam, many, g, w = (np.take(part, order, axis=-1) for part in (A, y, gam, steps, *start))
    for on in np.searchsorted(-many, -np.arange(int(many[0]))).tolist():
        gain, unit, rows = g[:on], w[:, :on], A[..., :on]
        image = apply(rows, unit)
        e = gain * image - y[:, :on]
        v = unit - pull(rows, e) / gain
        w[:, :on] = v / length(v)
        g[:on] = gain - gam[:on] * dot(image, e)
    back = np.argsort(order)
    return g[back], np.take(w, back, axis=-1)


def plain_descent(A: FloatArray, y: FloatArray, x: FloatArray, step: FloatArray, steps: int) -> FloatArray:
    """x (d, B) after so many steps `x⁺ = x − h Aᵀ(Ax − y)` of gradient descent, h = step (B,).

    Once a step moves no x by more than its rounding, nor would any further; that is asked now and then.
    """
    for t in range(steps):
        moved = step * pull(A, apply(A, x) - y)
        x = x - moved
        if t % 16 == 1 and (np.abs(moved).max(axis=0) <= EPSILON * np.abs(x).max(axis=0)).all():
            break
    return x
