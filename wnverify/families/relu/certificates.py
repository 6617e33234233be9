"""Certificates of convergence for one realised initialisation: what is certain of Λ while Σ|r| has pushed at most p.

While (κ/√m)∫|r| ≤ p the gain of neuron k stays within p of |u_k| and its direction within A_k = (q + q²/2)/α² of
the first, q = p/|u_k|. K are the neurons with q < 1; U_ik = 1 if the sign of a_ik may change (A_k ≥ arcsin|a_ik|) or
k ∉ K. V_K and G_K, the kernels of K alone, are bounded below by three means each: by 0, by their least eigenvalue
less a matrix of largest changes, and by that of a factor of the kernel.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np

from wnverify.arrays import BoolArray, FloatArray
from wnverify.engine.relu.gains import State, eigenvalues, length
from wnverify.families.relu.plain import One
from wnverify.families.relu.starts import smallest

ROUNDS = 12
"""Rounds of φ ← Φ(p(φ)) − ε from above, at most; then φ is shrunk by 1e-6 and the condition is checked."""


@dataclass(frozen=True, eq=False)
class Reach:
    """What is certain of the neurons while p is not exceeded; `at` is the initial state, p (B,)."""

    at: State
    p: FloatArray

    @cached_property
    def q(self) -> FloatArray:
        """p/|u_k|, (m, B)."""
        return self.p / self.at.g

    @cached_property
    def kept(self) -> BoolArray:
        """K, (m, B)."""
        return self.q < 1.0

    @cached_property
    def A(self) -> FloatArray:
        """Largest turns, (m, B)."""
        return np.asarray((self.q + self.q**2 / 2) / self.at.alpha**2)

    @cached_property
    def uncertain(self) -> BoolArray:
        """U_ik, (m, n, B)."""
        margin = np.arcsin(np.minimum(np.abs(self.at.cosine), 1.0))
        return (self.A[:, None] >= margin) | ~self.kept[:, None]

    @cached_property
    def sine(self) -> FloatArray:
        """sin A_k, 1 beyond a right angle."""
        return np.sin(np.minimum(self.A, np.pi / 2))

    def _kernel(self, factor: FloatArray) -> FloatArray:
        return np.einsum("kib,kjb->ijb", factor, factor) / self.at.m

    @cached_property
    def kernels(self) -> tuple[FloatArray, FloatArray]:
        """V_K and G_K at the start, (n, n, B) each."""
        on = self.at.active * self.kept[:, None]
        G = self._kernel(on * self.at.cosine)
        return np.asarray(self.at.gram * self._kernel(on) - G), G

    @cached_property
    def change(self) -> FloatArray:
        """E_ij, the largest change of the entries of V_K, (n, n, B)."""
        a, U, K = self.at.cosine, self.uncertain, self.kept[:, None, None]
        growth = (2 * self.q + self.q**2)[:, None, None]
        Z = np.abs(self.at.gram[None] - a[:, :, None] * a[:, None])
        sure = growth * Z + ((1 + self.q) ** 2 * self.sine)[:, None, None]
        doubtful = (1 + np.abs(self.at.gram[None])) / 2 + growth
        off = ~U & (a <= 0)
        either = U[:, :, None] | U[:, None]
        each = np.where(either, doubtful, sure) * ~(off[:, :, None] | off[:, None]) * K
        return np.asarray(np.sum(np.where(K, each, 0.0), axis=0) / self.at.m)

    def _mean(self, each: FloatArray) -> FloatArray:
        return np.sum(np.where(self.kept, each, 0.0), axis=0) / self.at.m

    @cached_property
    def parts(self) -> tuple[FloatArray, FloatArray]:
        """LV/α² and LG: what is certain of λ_min(V_s)/α² and of λ_min(G_s), (B,) each."""
        (V, G), at = self.kernels, self.at
        low_V, low_G = smallest(V), smallest(G)
        flips = np.max(np.sum(self.uncertain * (self.kept * (1 + self.q) ** 2)[:, None], axis=0) / at.m, axis=0)
        moved = np.sqrt(flips) + np.sqrt(self._mean((self.q + self.sine) ** 2))
        turned = np.sqrt(self._mean(4 * np.sin(np.minimum(self.A, np.pi) / 2) ** 2))
        by_factor = [
            np.maximum(np.sqrt(low) - at.kappa * part, 0.0) ** 2
            for low, part in ((low_V, moved), (low_G, turned))
        ]  # fmt: skip
        by_entries = low_V - eigenvalues(self.change)[-1]
        by_turns = low_G - at.kappa**2 * self._mean(np.minimum(self.A, 1.0))
        return np.maximum(by_factor[0], by_entries) / at.alpha**2, np.maximum(by_factor[1], by_turns)

    @cached_property
    def least(self) -> FloatArray:
        """Φ(p) = LV/α² + LG ≤ λ_min(Λ_s), (B,)."""
        V, G = self.parts
        return np.asarray(V + G)

    def curvature(self, step: FloatArray) -> FloatArray:
        """ε, the largest |f' − f + ηΛr|/(η|r|) of a step of gradient descent, (B,)."""
        at, size = self.at, length(self.at.residual)
        beta = step * at.kappa * size / np.sqrt(at.m)
        grown, u = (1 + self.q)[:, None], at.g[:, None]
        alpha = at.alpha**2
        possible = self.uncertain | (at.cosine > 0)
        bend = beta * possible * (grown / (alpha * u) + grown**3 / (2 * alpha**2 * u))
        flip = self.uncertain * np.maximum(1.0, grown**2 / alpha)
        return np.asarray(at.kappa * length(np.mean(bend + flip, axis=0)))

    @cached_property
    def largest(self) -> FloatArray:
        """κ² times the mean of max(1, (1+q)²/α²) ≥ λ_max(Λ), (B,)."""
        return np.asarray(self.at.kappa**2 * np.mean(np.maximum(1.0, (1 + self.q) ** 2 / self.at.alpha**2), axis=0))


def push(at: State, rate: FloatArray) -> FloatArray:
    """p = κ R₀/(φ√m), infinite where φ = 0."""
    with np.errstate(divide="ignore"):
        return np.asarray(at.kappa * at.residual_norm / (rate * np.sqrt(at.m)))


def certified(
    at: State, step: FloatArray | None = None, low: Callable[[Reach], FloatArray] = lambda reach: reach.least
) -> FloatArray:
    """The largest φ found with Φ(p) − ε ≥ φ > 0 at p = κR₀/(φ√m), 0 if none; ε = 0 for the flow. (B,).

    Args:
        at: the start.
        step: η of descent, (B,).
        low: a lower bound of λ_min(Λ_s), Φ itself or one of its parts.
    """

    def value(rate: FloatArray) -> FloatArray:
        reach = Reach(at, np.minimum(push(at, rate), 1e3))
        slope = low(reach) - (0.0 if step is None else reach.curvature(step))
        return np.maximum(slope, 0.0)

    rate = smallest(at.Lambda)
    for _ in range(ROUNDS):
        before, rate = rate, np.minimum(rate, value(rate))
        if np.array_equal(before, rate):
            break
    rate = rate * (1 - 1e-6)
    return np.where(value(rate) >= rate, rate, 0.0)


def certified_plainly(one: One, step: float | None = None) -> float:
    """The same for a single start, neuron by neuron."""
    n, m = one.x.shape[0], one.g.size
    a = one.v @ one.x.T / np.linalg.norm(one.v, axis=1)[:, None]
    f = one.c @ np.maximum(one.g[:, None] * a, 0.0) / np.sqrt(m)
    size, kappa = float(np.linalg.norm(f - one.y)), float(np.linalg.svd(one.x, compute_uv=False)[0])

    def value(rate: float) -> float:
        p = min(kappa * size / (rate * np.sqrt(m)), 1e3) if rate > 0 else 1e3
        return max(_least(one, a, p, kappa) - (0.0 if step is None else _curvature(one, a, p, kappa, step * size)), 0)

    on = (a > 0).astype(float)
    across = [one.x * on[k][:, None] - np.outer(on[k] * a[k], one.v[k] / np.linalg.norm(one.v[k])) for k in range(m)]
    Lambda = sum(
        (across[k] @ across[k].T / one.alpha**2 + np.outer(on[k] * a[k], on[k] * a[k]) for k in range(m)),
        np.zeros((n, n)),
    )
    rate = max(float(np.linalg.eigvalsh(Lambda / m)[0]), 0.0)
    for _ in range(ROUNDS):
        before, rate = rate, min(rate, value(rate))
        if before == rate:
            break
    rate *= 1 - 1e-6
    return rate if value(rate) >= rate else 0.0


def _reach(one: One, k: int, p: float) -> tuple[float, float]:
    """q and A of a neuron."""
    q = p / float(one.g[k])
    return q, (q + q * q / 2) / one.alpha**2


def _least(one: One, a: FloatArray, p: float, kappa: float) -> float:
    """Φ(p), in loops."""
    n, m = one.x.shape[0], one.g.size
    C = one.x @ one.x.T
    V, G, E = (np.zeros((n, n)) for _ in range(3))
    flips, moved, turned, turns = np.zeros(n), 0.0, 0.0, 0.0
    for k in range(m):
        q, A = _reach(one, k, p)
        if q >= 1:
            continue
        sine = float(np.sin(min(A, np.pi / 2)))
        doubt = np.arcsin(np.clip(np.abs(a[k]), 0, 1)) <= A
        for i, j in product(range(n), range(n)):
            Z = C[i, j] - a[k, i] * a[k, j]
            if a[k, i] > 0 and a[k, j] > 0:
                V[i, j] += Z / m
                G[i, j] += a[k, i] * a[k, j] / m
            if any(not doubt[end] and a[k, end] <= 0 for end in (i, j)):
                continue
            grown = (1 + q) ** 2 - 1
            sure = grown * abs(Z) + (1 + q) ** 2 * sine
            E[i, j] += ((1 + abs(C[i, j])) / 2 + grown if doubt[i] or doubt[j] else sure) / m
        flips += doubt * (1 + q) ** 2 / m
        moved, turned = moved + (q + sine) ** 2 / m, turned + (2 * np.sin(min(A, np.pi) / 2)) ** 2 / m
        turns += min(A, 1.0) / m
    low_V, low_G = (max(float(np.linalg.eigvalsh(K)[0]), 0.0) for K in (V, G))
    by_V = max(low_V - float(np.linalg.eigvalsh(E)[-1]), _gap(low_V, kappa * (flips.max() ** 0.5 + moved**0.5)))
    return by_V / one.alpha**2 + max(low_G - kappa**2 * turns, _gap(low_G, kappa * turned**0.5))


def _gap(low: float, moved: float) -> float:
    return float(max(np.sqrt(low) - moved, 0.0) ** 2)


def _curvature(one: One, a: FloatArray, p: float, kappa: float, pushed: float) -> float:
    """ε, in loops."""
    n, m = one.x.shape[0], one.g.size
    beta = kappa * pushed / np.sqrt(m)
    total = np.zeros(n)
    for k, i in product(range(m), range(n)):
        q, A = _reach(one, k, p)
        doubt = q >= 1 or np.arcsin(min(abs(a[k, i]), 1.0)) <= A
        if doubt or a[k, i] > 0:
            total[i] += beta * ((1 + q) + (1 + q) ** 3 / (2 * one.alpha**2)) / (one.alpha**2 * one.g[k]) / m
        if doubt:
            total[i] += max(1.0, (1 + q) ** 2 / one.alpha**2) / m
    return float(kappa * np.linalg.norm(total))
