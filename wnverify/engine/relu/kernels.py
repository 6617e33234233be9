"""Kernels of two-layer ReLU networks with gains at infinite width: means over u ~ N(0, I_d).

V(0) and G(0) tend to functions of the angle θ between two inputs and of their dimension d.
Shapes: `B` instances, `n` inputs, `d` their dimension; the batch is last.
"""

from __future__ import annotations

import numpy as np
import scipy

from wnverify.arrays import FloatArray
from wnverify.engine.relu.gains import length


def angles(x: FloatArray) -> FloatArray:
    """θ_ij = 2 atan2(|x_i − x_j|, |x_i + x_j|) in [0, π], (n, n, B).

    arccos would lose half the digits near 0 and π.
    """
    minus, plus = (length(x[:, None] + sign * x[None], 2) for sign in (-1.0, 1.0))
    return np.asarray(2.0 * np.arctan2(minus, plus))


def j1(theta: FloatArray) -> FloatArray:
    """J1(θ) = sin θ + (π − θ) cos θ = 2π E relu(u·x) relu(u·x′)."""
    return np.asarray(np.sin(theta) + (np.pi - theta) * np.cos(theta))


def j2(theta: FloatArray) -> FloatArray:
    """J2(θ) = 3 sin θ cos θ + (π − θ)(1 + 2cos² θ) = 2π E relu(u·x)² relu(u·x′)²."""
    return np.asarray(3 * np.sin(theta) * np.cos(theta) + (np.pi - theta) * (1 + 2 * np.cos(theta) ** 2))


def kernel_H(theta: FloatArray) -> FloatArray:
    """H∞ = (π − θ) cos θ/(2π)."""
    return np.asarray((np.pi - theta) * np.cos(theta) / (2 * np.pi))


def kernel_G(theta: FloatArray, d: int) -> FloatArray:
    """G∞ = J1(θ)/(2πd)."""
    return np.asarray(j1(theta) / (2 * np.pi * d))


def kernel_V(theta: FloatArray, d: int) -> FloatArray:
    """V∞ = H∞ − G∞ = ((d−1)(π−θ) cos θ − sin θ)/(2πd)."""
    return np.asarray(((d - 1) * (np.pi - theta) * np.cos(theta) - np.sin(theta)) / (2 * np.pi * d))


def variance_V(theta: FloatArray, d: int) -> FloatArray:
    """Var of one summand of V_ij(0): c²(π−θ)/(2π) − 2c J1/(2πd) + J2/(2πd(d+2)) − V∞²."""
    c = np.cos(theta)
    second = c**2 * (np.pi - theta) - 2 * c * j1(theta) / d + j2(theta) / (d * (d + 2))
    return np.asarray(second / (2 * np.pi) - kernel_V(theta, d) ** 2)


def variance_G(theta: FloatArray, d: int) -> FloatArray:
    """Var of one summand of G_ij(0): J2/(2πd(d+2)) − G∞²."""
    return np.asarray(j2(theta) / (2 * np.pi * d * (d + 2)) - kernel_G(theta, d) ** 2)


def mean_relu(d: int) -> float:
    """b_d = E relu(v̄₁) = Γ(d/2)/(2√π Γ((d+1)/2)) for v̄ uniform on the sphere."""
    return float(np.exp(scipy.special.gammaln(d / 2) - scipy.special.gammaln((d + 1) / 2)) / (2 * np.sqrt(np.pi)))


def inverse_norm(d: int) -> float:
    """E 1/|u| = Γ((d−1)/2)/(√2 Γ(d/2)) for u ~ N(0, I_d), d ≥ 2."""
    return float(np.exp(scipy.special.gammaln((d - 1) / 2) - scipy.special.gammaln(d / 2)) / np.sqrt(2))
