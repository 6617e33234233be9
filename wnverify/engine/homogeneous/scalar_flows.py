"""Flows and descents of one, two or a few scalar nodes, where the rates of SWN and EWN can be solved for.

One aligned sample has margin f with f′ = A f^p e^{−f}: p = 2 under EWN, p = 2 − 2/L without normalization or under
SWN with ‖v‖ = 1, L the degree. Hence A t = ∫ e^f f^{−p} df, which is all that is integrated here, never t itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.integrate import odeint

from wnverify.arrays import FloatArray

NODES, WEIGHTS = np.polynomial.legendre.leggauss(24)
PANELS = np.array([0.0, 1.0, 3.0, 7.0, 14.0, 25.0, 46.0])
"""Panels of the quadrature in x = f − s; beyond x = 46 the integrand is below 1e-20 of its largest value."""
RELATIVE, ABSOLUTE = 1e-12, 1e-13


def scaled_integral(low: FloatArray, high: FloatArray, p: FloatArray) -> FloatArray:
    """e^{−high} ∫_low^high e^s s^{−p} ds for 0 < low ≤ high, all (B,); Gauss–Legendre on panels."""
    width = high - low
    total = np.zeros(width.shape)
    for start, stop in pairwise(PANELS):
        a, b = np.minimum(start, width), np.minimum(stop, width)
        x = a + (b - a) * 0.5 * (NODES[:, None] + 1)
        total += 0.5 * (b - a) * np.einsum("q,qb->b", WEIGHTS, np.exp(-x) * (high - x) ** -p)
    return total


def integral(low: FloatArray, high: FloatArray, p: FloatArray) -> FloatArray:
    """∫_low^high e^s s^{−p} ds with its sign, for positive limits in any order."""
    small, large = np.minimum(low, high), np.maximum(low, high)
    return np.sign(high - low) * np.exp(large) * scaled_integral(small, large, p)


@dataclass(frozen=True)
class Descent:
    """Gradient descent with EWN on one node f = e^{Lα} and the loss e^{−f}.

    Args:
        last: f at the end (B,).
        time: L² Σ η_t (B,).
        jump: the largest increase of f in one step (B,).
    """

    last: FloatArray
    time: FloatArray
    jump: FloatArray


def descend(L: float, start: FloatArray, size: FloatArray, steps: FloatArray) -> Descent:
    """Steps η_t = (0.6 + 0.4 cos t)·size/(L² f² e^{−f}), so that f grows by about `size` at most; `steps` is (B,)."""
    alpha, time, jump = np.log(start) / L, np.zeros(start.shape), np.zeros(start.shape)
    for t in range(int(steps.max())):
        f = np.exp(L * alpha)
        eta = (0.6 + 0.4 * np.cos(t)) * size / (L**2 * f**2 * np.exp(-f)) * (t < steps)
        alpha = alpha + eta * L * f * np.exp(-f)
        time = time + L**2 * eta
        jump = np.maximum(jump, np.exp(L * alpha) - f)
    return Descent(np.exp(L * alpha), time, jump)


def partner(f_A: FloatArray, f_B: FloatArray, far: FloatArray, k: FloatArray, p: FloatArray) -> FloatArray:
    """f_B when f_A has grown to `far`, from k(H_p(far) − H_p(f_A)) = H_p(f_B′) − H_p(f_B), H_p′ = e^s s^{−p}.

    Bisected in f_B′, comparing logarithms, since both sides are of the size of e^{far}.
    """
    wanted = np.log(k) + far + np.log(scaled_integral(f_A, far, p))
    low, high = f_B, np.maximum(f_B, wanted + 30 + p * np.log(far))
    for _ in range(50):
        middle = 0.5 * (low + high)
        below = middle + np.log(np.maximum(scaled_integral(f_B, middle, p), 1e-300)) < wanted
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return 0.5 * (low + high)


def partner_by_flow(f_A: float, f_B: float, far: float, k: float, p: float) -> float:
    """The same by LSODA on the gap f_B − f_A, where df_B/df_A = k (f_B/f_A)^p e^{f_A − f_B}."""

    def rate(gap: FloatArray, f: float) -> FloatArray:
        return k * (1 + gap / f) ** p * np.exp(-gap) - 1

    path = odeint(rate, [f_B - f_A], [f_A, far], rtol=RELATIVE, atol=ABSOLUTE, mxstep=20000)
    return far + float(path[-1, 0])


def grow(kind: str, w: FloatArray, c: FloatArray, L: float, clock: float) -> FloatArray:
    """Nodes w_u of f = Σ c_u w_u^L after a time ∫LL dt = clock, by LSODA on log w_u: (k,) -> (k,).

    w_u′ = s(w_u) c_u L w_u^{L−1} with s = w_u² under EWN and 1 without normalization.
    """
    power = L if kind == "ewn" else L - 2

    def rate(state: FloatArray, _: float) -> FloatArray:
        return L * c * np.exp(np.minimum(power * state, 600.0))

    path = odeint(rate, np.log(w), [0.0, clock], rtol=RELATIVE, atol=ABSOLUTE, mxstep=20000)
    return np.asarray(np.exp(path[-1]))


def grow_exactly(kind: str, w: FloatArray, c: FloatArray, L: float, clock: float) -> FloatArray:
    """The same in closed form: w^{−q}/c falls at the rate L q, q = L (EWN) or L − 2; log w/c grows at L if q = 0."""
    q = L if kind == "ewn" else L - 2
    if q == 0:
        return np.asarray(w * np.exp(L * c * clock))
    return np.asarray((w**-q - q * L * c * clock) ** (-1 / q))


def last_clock(kind: str, w: FloatArray, c: FloatArray, L: float) -> float:
    """When the first node becomes infinite; a time in which all grow clearly where none does."""
    q = L if kind == "ewn" else L - 2
    return float(np.min(w**-q / (q * L * c))) if q > 0 else float(2.0 / (L * np.max(c * w**q)))


def two_nodes(sizes: FloatArray, pull: Callable[[float], FloatArray], clock: float) -> FloatArray:
    """Norms (2,) under EWN of two nodes with gradient norms LL·pull(s), after s = ∫LL dt = clock.

    By LSODA on their logarithms; each node is aligned with its gradient, so ‖w‖′ = ‖w‖²‖G‖.
    """

    def rate(state: FloatArray, s: float) -> FloatArray:
        return pull(s) * np.exp(np.minimum(state, 600.0))

    path = odeint(rate, np.log(sizes), [0.0, clock], rtol=RELATIVE, atol=ABSOLUTE, mxstep=20000)
    return np.asarray(np.exp(path[-1]))
