"""The diagonal model around its limit: x as a function of M numbers δ, with all digits however near it is.

∇Φ(x) − ∇Φ(x_∞) = Aᵀδ. With u² = t/Σt this is log(t/t_∞) = (Aᵀδ)_i for L = 2, and −log(1 − (Aᵀδ)_i/c_i)/a with
c = u_∞^{−2a} and a = (L − 2)/2 otherwise, δ in units of e^{−aηr_∞²}. The flow is dδ/dτ' = −e, e = Ax − y the gradient
of a convex function of δ, in the time τ' = e^{aηr_∞²} ∫κ dt. Shapes as in `wnverify.engine.diagonal.model`; K points.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.diagonal.model import Model, apply


@dataclass(frozen=True)
class Centred:
    """B problems with their limits x_∞ (N, B), S = r_∞² (B,), u_∞² and c = u_∞^{−2a} (N, B)."""

    model: Model
    x: FloatArray
    S: FloatArray
    share: FloatArray
    c: FloatArray

    @property
    def unit(self) -> FloatArray:
        """e^{−aηr_∞²}, the unit of δ and of the time τ', (B,)."""
        return np.asarray(np.exp(-self.model.a * self.model.eta * self.S))

    def at(self, chosen: Any) -> Centred:
        """Those at the chosen positions."""
        return Centred(
            self.model.at(chosen), self.x[:, chosen], self.S[chosen], self.share[:, chosen], self.c[:, chosen]
        )


@dataclass(frozen=True)
class Points:
    """K points of each: log t over that of the limit, log Σt over it, r² over it, log x over it, and e (M, K, B)."""

    log_t: FloatArray
    log_total: FloatArray
    growth: FloatArray
    log_x: FloatArray
    e: FloatArray
    slope: FloatArray
    """The derivative of log t in Aᵀδ."""


def centred(model: Model, x: FloatArray) -> Centred:
    """The problems around these limits."""
    size = x ** (2 / model.L)
    S = size.sum(axis=0)
    return Centred(model, x, S, size / S, (size / S) ** (-model.a))


def points(at: Centred, delta: FloatArray) -> Points:
    """The points at these δ (M, K, B); NaN outside of the domain."""
    model = at.model
    A, L = model.A[:, :, None], model.L
    shift = (A * delta[:, None]).sum(axis=0)
    slope = np.ones_like(shift) if L == 2 else 1 / (model.a * (at.c[:, None] - shift))
    log_t = shift if L == 2 else -np.log1p(-shift / at.c[:, None]) / model.a
    log_total = np.log1p((at.share[:, None] * np.expm1(log_t)).sum(axis=0))
    growth = log_total / (model.eta * at.S)
    log_x = L / 2 * (np.log1p(growth) - log_total + log_t)
    e = (A * (at.x[:, None] * np.expm1(log_x))).sum(axis=1)
    return Points(log_t, log_total, 1 + growth, log_x, e, slope)


def curvature(at: Centred, found: Points) -> FloatArray:
    """∂e/∂δ, (M, M, K, B), symmetric and positive."""
    model = at.model
    A, x = model.A[:, :, None], model.L / 2 * at.x[:, None] * np.exp(found.log_x)
    share = at.share[:, None] * np.exp(found.log_t - found.log_total) * found.slope
    push = (1 / (model.eta * at.S * found.growth) - 1) * (A * share).sum(axis=1)
    pairs = model.A[:, None] * model.A[None]
    straight: FloatArray = (pairs[:, :, :, None] * (x * found.slope)).sum(axis=2)
    return straight + (A * x).sum(axis=1)[:, None] * push[None]


def start(at: Centred, r: FloatArray, u: FloatArray) -> FloatArray:
    """δ of the start, (M, B): Aᵀδ by least squares."""
    model = at.model
    log_t = 2 * np.log(u) + model.eta * (r**2 - at.S)
    shift = log_t - np.log(at.share) if model.L == 2 else at.c - np.exp(-model.a * log_t)
    gram = np.einsum("mnb,knb->bmk", model.A, model.A)
    return np.asarray(np.linalg.solve(gram, apply(model.A, shift).T[..., None])[..., 0].T)


def slowest(at: Centred) -> FloatArray:
    """The least eigenvalue of ∂e/∂δ at the limit, (B,): the rate at which a run comes to its end."""
    nothing = np.zeros((*at.model.y.shape[:1], 1, at.S.size))
    return np.asarray(np.linalg.eigvalsh(np.moveaxis(curvature(at, points(at, nothing))[:, :, 0], -1, 0))[:, 0])


def speed(at: Centred, found: Points) -> FloatArray:
    """dτ'/dt = κ e^{aηr_∞²}, (K, B)."""
    model, S = at.model, at.S * found.growth
    if model.L == 2:
        return 4 * model.eta * S
    return model.L * (model.L - 2) * model.eta * S ** (model.L / 2) * np.exp(-model.a * model.eta * (S - at.S))


def polar(at: Centred, found: Points) -> tuple[FloatArray, FloatArray]:
    """(log r, log u), (K, B) and (N, K, B)."""
    return np.log(at.S * found.growth) / 2, (found.log_t - found.log_total + np.log(at.share)[:, None]) / 2


def tangent(at: Centred, found: Points) -> tuple[FloatArray, FloatArray]:
    """d(log r, log u)/dt of the curve where dδ/dτ' = −e."""
    A = at.model.A[:, :, None]
    log_t = -found.slope * (A * found.e[:, None]).sum(axis=0) * speed(at, found)
    share = at.share[:, None] * np.exp(found.log_t - found.log_total)
    log_total = (share * log_t).sum(axis=0)
    return log_total / (2 * at.model.eta * at.S * found.growth), (log_t - log_total) / 2
