"""Kernels of two-layer ReLU networks with gains at infinite width: means over u ~ N(0, I_d).

V(0) and G(0) tend to functions of the angle θ between two inputs and of their dimension d.
Shapes: `B` instances, `n` inputs, `d` their dimension; the batch is last.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy

from wnverify.arrays import FloatArray
from wnverify.engine.relu.gains import length


def angle(x: FloatArray, y: FloatArray, axis: int = 0) -> FloatArray:
    """2 atan2(|x − y|, |x + y|) in [0, π], of unit vectors along an axis.

    arccos would lose half the digits near 0 and π.
    """
    return np.asarray(2.0 * np.arctan2(length(x - y, axis), length(x + y, axis)))


def angles(x: FloatArray) -> FloatArray:
    """θ_ij, the angle of x_i and x_j, (n, n, B)."""
    return angle(x[:, None], x[None], 2)


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


@dataclass(frozen=True, eq=False)
class Pairs:
    """The same for all pairs i < j of unit inputs x (n, d, B): P = n(n − 1)/2 entries off the diagonal, (P, B).

    What all kernels are made of, sin θ and (π − θ) cos θ, is computed once.
    """

    x: FloatArray

    @cached_property
    def ends(self) -> tuple[FloatArray, FloatArray]:
        """x_i and x_j, (P, d, B) each."""
        first, second = np.triu_indices(self.x.shape[0], 1)
        return self.x[first], self.x[second]

    @cached_property
    def theta(self) -> FloatArray:
        """The angles, (P, B)."""
        return angle(*self.ends, 1)

    @cached_property
    def sine(self) -> FloatArray:
        """sin θ, (P, B)."""
        return np.sin(self.theta)

    @cached_property
    def slope(self) -> FloatArray:
        """(π − θ) cos θ, (P, B)."""
        return np.asarray((np.pi - self.theta) * np.cos(self.theta))

    @property
    def d(self) -> int:
        """The dimension."""
        return int(self.x.shape[1])

    def off(self, kernel: str) -> FloatArray:
        """The entries of a kernel off the diagonal, (P, B).

        Args:
            kernel: `H`, `G`, `V` for H∞, G∞, V∞; `plane` for the formula of V∞ with d = 2; `X` for XXᵀ.
        """
        return np.asarray(_OFF[kernel](self))

    def matrix(self, kernel: str) -> FloatArray:
        """A kernel, (n, n, B)."""
        off, n = self.off(kernel), self.x.shape[0]
        rows = np.concatenate([off, np.full((1, off.shape[1]), _DIAGONAL[kernel](self.d))])
        place = np.full((n, n), off.shape[0])
        place[np.triu_indices(n, 1)] = np.arange(off.shape[0])
        return rows[np.minimum(place, place.T)]


_OFF: Mapping[str, Callable[[Pairs], FloatArray]] = {
    "H": lambda at: at.slope / (2 * np.pi),
    "G": lambda at: (at.sine + at.slope) / (2 * np.pi * at.d),
    "V": lambda at: ((at.d - 1) * at.slope - at.sine) / (2 * np.pi * at.d),
    "plane": lambda at: (at.slope - at.sine) / (4 * np.pi),
    "X": lambda at: np.sum(np.multiply(*at.ends), axis=1),
}
_DIAGONAL: Mapping[str, Callable[[int], float]] = {
    "H": lambda d: 1 / 2,
    "G": lambda d: 1 / (2 * d),
    "V": lambda d: (d - 1) / (2 * d),
    "plane": lambda d: 1 / 4,
    "X": lambda d: 1.0,
}
