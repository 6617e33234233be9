"""Flows and descents of one, two or a few scalar nodes, where the rates of SWN and EWN can be solved for.

One aligned sample has margin f with f′ = A f^p e^{−f}: p = 2 under EWN, p = 2 − 2/L without normalization or under
SWN with ‖v‖ = 1, L the degree. Hence A t = ∫ e^f f^{−p} df, which is all that is integrated here, never t itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import scipy

from wnverify.arrays import FloatArray

NODES, WEIGHTS = np.polynomial.legendre.leggauss(16)
PANELS = np.array([0.0, 1.0, 3.0, 7.0, 14.0, 25.0, 46.0])
"""Panels of the quadrature in x = f − s, on which it is exact to rounding for s ≥ 2; beyond x = 46 the integrand is
below 1e-20 of its largest value."""
RELATIVE, ABSOLUTE = 1e-12, 1e-13
ITERATIONS = 60
"""Of Newton's method; three are the rule."""
GUESSES = 4
"""Of what is solved before it, without an integral."""


def scaled_integral(low: FloatArray, high: FloatArray, p: FloatArray) -> FloatArray:
    """e^{−high} ∫_low^high e^s s^{−p} ds for 0 < low ≤ high, all (B,); Gauss–Legendre on panels."""
    width = high - low
    total = np.zeros(width.shape)
    for start, stop in pairwise(PANELS):
        wide = np.flatnonzero(~(width <= start))  # of a width that is no number the integral is none either
        half = 0.5 * (np.minimum(stop, width[wide]) - start)
        x = start + half * (NODES[:, None] + 1)
        total[wide] += half * (WEIGHTS @ np.exp(-x - p[wide] * np.log(high[wide] - x)))
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

    By Newton's method in f_B′ on the logarithms, since both sides are of the size of e^{far}; what leaves the bracket
    is bisected. It begins where e^{f_B′} f_B′^{−p} (1 + p/f_B′ + …), which the right side is far up, has the size.
    """
    wanted = np.log(k) + far + np.log(scaled_integral(f_A, far, p))
    low, high = f_B, np.maximum(f_B, wanted + 30 + p * np.log(far))
    at = np.maximum(wanted, 1.0)
    for _ in range(GUESSES):
        at = np.maximum(wanted + p * np.log(at) - np.log1p(p / at * (1 + (p + 1) / at)), 1.0)
    at = np.clip(at, low + 1e-3 * (high - low), high)
    for _ in range(ITERATIONS):
        mass = np.maximum(scaled_integral(f_B, at, p), 1e-300)
        off = at + np.log(mass) - wanted
        low, high = np.where(off < 0, at, low), np.where(off < 0, high, at)
        step = off * mass * at**p
        inside = (at - step >= low) & (at - step <= high)
        at = np.where(inside, at - step, 0.5 * (low + high))
        if (inside & (np.abs(step) <= 4e-16 * at) | (off == 0.0)).all():
            break
    return at


def partner_by_flow(f_A: float, f_B: float, far: float, k: float, p: float) -> float:
    """The same by LSODA on the gap f_B − f_A, where df_B/df_A = k (f_B/f_A)^p e^{f_A − f_B}."""

    def rate(gap: FloatArray, f: float) -> FloatArray:
        return k * (1 + gap / f) ** p * np.exp(-gap) - 1

    path = scipy.integrate.odeint(rate, [f_B - f_A], [f_A, far], rtol=RELATIVE, atol=ABSOLUTE, mxstep=20000)
    return far + float(path[-1, 0])


def grow(kind: str, w: FloatArray, c: FloatArray, L: float, clock: FloatArray) -> FloatArray:
    """Nodes w_u of f = Σ c_u w_u^L after a time ∫LL dt = clock: (k, B) -> (k, B), in closed form.

    w_u′ = s(w_u) c_u L w_u^{L−1} with s = w_u² under EWN and 1 without normalization: w^{−q}/c falls at the rate L q,
    q = L (EWN) or L − 2; log w/c grows at L if q = 0.
    """
    q = L if kind == "ewn" else L - 2
    if q == 0:
        return np.asarray(w * np.exp(L * c * clock))
    return np.asarray((w**-q - q * L * c * clock) ** (-1 / q))


def grow_by_steps(kind: str, w: FloatArray, c: FloatArray, L: float, clock: FloatArray) -> FloatArray:
    """The same by integration of (log w_u)′ = L c_u w_u^q, q = L (EWN) or L − 2, all instances as one system.

    It knows nothing of what is conserved. Towards the time T of the first blow-up log w_u grows like −log(1 − t/T);
    hence the clock runs as t = T(1 − e^{−σx}), x from 0 to 1, where the solution is smooth. If q ≠ 0, what is
    integrated is n = q log w_u − σx + log|q L c_u Tσ|, n′ = ±e^n − σ. NaN for what is beyond the range of floats.
    """
    power, last = (L if kind == "ewn" else L - 2), last_clock(kind, w, c, L)
    with np.errstate(all="ignore"):
        sigma = -np.log1p(-clock / last)
        pull = L * c * last * sigma
        if power == 0:
            return w * np.exp(_followed(lambda x, _: pull * np.exp(-sigma * x), np.zeros(w.shape)))
        start = power * np.log(w) + np.log(abs(power) * pull)
        kept, found = np.isfinite(start).all(axis=0), np.full(w.shape, np.nan)
        start, drift = start[:, kept], sigma[kept]

        def rate(_: float, state: FloatArray) -> FloatArray:
            moved = np.exp(state)
            return moved - drift if power > 0 else -moved - drift

        found[:, kept] = w[:, kept] * np.exp((_followed(rate, start) - start + drift) / power)
        return found


def _followed(rate: Callable[[float, FloatArray], FloatArray], start: FloatArray) -> FloatArray:
    """The state (k, B) at x = 1 from that at 0; NaN where the integrator does not get there."""
    shape = start.shape

    def flat(x: float, state: FloatArray) -> FloatArray:
        return rate(x, state.reshape(shape)).ravel()

    path = scipy.integrate.solve_ivp(flat, (0.0, 1.0), start.ravel(), "DOP853", rtol=RELATIVE, atol=ABSOLUTE)
    return path.y[:, -1].reshape(shape) if path.success else np.full(shape, np.nan)


def last_clock(kind: str, w: FloatArray, c: FloatArray, L: float) -> FloatArray:
    """When the first node becomes infinite, (B,); a time in which all grow clearly where none does."""
    q = L if kind == "ewn" else L - 2
    return np.asarray(np.min(w**-q / (q * L * c), axis=0) if q > 0 else 2.0 / (L * np.max(c * w**q, axis=0)))


@dataclass(frozen=True)
class Wobbling:
    """Gradient norms per unit loss of two nodes, of which the first varies: c_1 + v c_2 sin²(5s), and c_2.

    Args:
        c: the factors (2, B).
        v: how far the first norm rises, in units of c_2 (B,).
    """

    c: FloatArray
    v: FloatArray

    def norms(self, s: FloatArray | float) -> FloatArray:
        """At the clock s = ∫LL dt, (2, B)."""
        return np.stack([self.c[0] + self.v * self.c[1] * np.sin(5 * s) ** 2, self.c[1]])

    def integrals(self, s: FloatArray) -> FloatArray:
        """Their integrals up to the clock s, (2, B)."""
        return np.stack([self.c[0] * s + self.v * self.c[1] * (s / 2 - np.sin(10 * s) / 20), self.c[1] * s])


def two_nodes(sizes: FloatArray, pull: Wobbling, clock: FloatArray) -> FloatArray:
    """Norms (2, B) under EWN of two nodes aligned with their gradients: ‖w‖′ = ‖w‖²‖G‖, so 1/‖w‖ falls by ∫‖G‖."""
    return np.asarray(1 / (1 / sizes - pull.integrals(clock)))


def two_nodes_by_flow(sizes: FloatArray, pull: Wobbling, clock: float) -> FloatArray:
    """The same for one instance, (2,) -> (2,), by LSODA on the logarithms."""

    def rate(state: FloatArray, s: float) -> FloatArray:
        return pull.norms(s) * np.exp(np.minimum(state, 600.0))

    path = scipy.integrate.odeint(rate, np.log(sizes), [0.0, clock], rtol=RELATIVE, atol=ABSOLUTE, mxstep=20000)
    return np.asarray(np.exp(path[-1]))
