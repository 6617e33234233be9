"""The diagonal linear model x = (r u)^L with weight normalization in polar coordinates, batched.

With `l(x) = ½‖Ax − y‖²`, `q = ∇l(x) = Aᵀ(Ax − y)` and `G = ∇_w l = L w^{L−1} q` at `w = r u`, the flow is

    r' = −⟨u, G⟩,      u' = −η r (I − uuᵀ) G.

Shapes: A (M, N, B), y (M, B), η (B,), r (B,), u, x, w, G, q (N, B). All powers act entrywise. Every function
that a derivative is taken of accepts complex arguments.
Source: Chou, Rauhut, Ward, arXiv:2305.05448; the mirror potential was derived for this project.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy

from wnverify.arrays import FloatArray

STEP = 1e-30
"""Of the complex step: so small that Im f(x + ihv)/h is the derivative to rounding, h² being lost."""
TINY = 1e-300
"""Added to, or the least value of, a denominator: 0/0 counts as 0."""


@dataclass(frozen=True)
class Model:
    """B problems of one shape: A (M, N, B), y (M, B), η (B,), and the depth L of the parametrisation."""

    A: FloatArray
    y: FloatArray
    eta: FloatArray
    L: int

    @property
    def a(self) -> float:
        """a = (L − 2)/2."""
        return (self.L - 2) / 2

    def one(self, index: int) -> Model:
        """The problem at one position, as a batch of size 1."""
        return self.at(slice(index, index + 1))

    def at(self, chosen: Any) -> Model:
        """The problems at the chosen positions: a slice, integers or a mask."""
        return Model(self.A[..., chosen], self.y[..., chosen], self.eta[chosen], self.L)

    def repeated(self, times: int) -> Model:
        """The same problems so many times over, one batch after the other."""
        return Model(np.tile(self.A, times), np.tile(self.y, times), np.tile(self.eta, times), self.L)


def apply(A: FloatArray, x: Any) -> Any:
    """A x, (M, B)."""
    return np.einsum("mnb,nb->mb", A, x)


def apply_transposed(A: FloatArray, e: Any) -> Any:
    """Aᵀ e, (N, B)."""
    return np.einsum("mnb,mb->nb", A, e)


def dot(a: Any, b: Any) -> Any:
    """⟨a, b⟩ over all axes but the last, (B,)."""
    return (a * b).sum(axis=tuple(range(a.ndim - 1)))


def length(a: FloatArray) -> FloatArray:
    """Euclidean norm over all axes but the last, (B,)."""
    return np.asarray(np.sqrt(dot(a, a)))


def loss(model: Model, x: Any) -> Any:
    """l = ½‖Ax − y‖², (B,)."""
    e = apply(model.A, x) - model.y
    return dot(e, e) / 2


def pull(model: Model, x: Any) -> Any:
    """q = ∇l(x) = Aᵀ(Ax − y), (N, B)."""
    return apply_transposed(model.A, apply(model.A, x) - model.y)


def weight_gradient(model: Model, r: Any, u: Any) -> Any:
    """G = ∇_w l = L w^{L−1} q at w = r u, (N, B)."""
    w = r * u
    return model.L * w ** (model.L - 1) * pull(model, w**model.L)


def tangential(u: Any, G: Any) -> Any:
    """(I − uuᵀ) G for unit u."""
    return G - dot(u, G) * u


def polar_field(model: Model, r: FloatArray, u: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(r', u') of the flow."""
    G = weight_gradient(model, r, u)
    return -dot(u, G), -model.eta * r * tangential(u, G)


def polar_field_by_complex_step(model: Model, r: FloatArray, u: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(r', u') from derivatives of f(r, u) = l((ru)^L): r' = −∂f/∂r, u' = −η (I − uuᵀ) ∂f/∂u."""

    def value(r: Any, u: Any) -> Any:
        return loss(model, (r * u) ** model.L).imag / STEP

    by_r = value(r + 1j * STEP, u)
    by_u = np.stack([value(r, u + 1j * STEP * row[:, None]) for row in np.eye(u.shape[0])])
    return -by_r, -model.eta * tangential(u, by_u)


def along(function: Any, point: Any, direction: FloatArray) -> Any:
    """Directional derivative Im F(point + ih·direction)/h of a function that is real on real arguments."""
    return function(point + 1j * STEP * direction).imag / STEP


def kernel_projection(A: FloatArray, d: FloatArray) -> FloatArray:
    """The part of d in ker A, d − Aᵀ(AAᵀ)⁻¹A d, (N, B); projected twice against rounding."""
    gram = np.einsum("mnb,knb->bmk", A, A)
    for _ in range(2):
        back = np.linalg.solve(gram, apply(A, d).T[..., None])[..., 0].T
        d = d - apply_transposed(A, back)
    return d


def kernel_basis(A: FloatArray) -> FloatArray:
    """Orthonormal bases of ker A, (N, N − M, B), from the singular value decomposition."""
    rows = A.shape[0]
    _, _, right = np.linalg.svd(np.moveaxis(A, -1, 0))
    return np.moveaxis(right[:, rows:, :], 0, -1).swapaxes(0, 1)


def size_power(x: Any, L: int) -> Any:
    """S = Σ x_i^{2/L} = r², (B,)."""
    return (x ** (2 / L)).sum(axis=0)


def mirror_gradient(x: Any, eta: FloatArray, L: int) -> Any:
    """∇Φ(x): log(x/‖x‖₁) + η‖x‖₁ for L = 2, −(S e^{−ηS})^a x^{−(1−2/L)} for L > 2; (N, B)."""
    S = size_power(x, L)
    if L == 2:
        return np.log(x / S) + eta * S
    return -((S * np.exp(-eta * S)) ** ((L - 2) / 2)) * x ** (2 / L - 1)


def mirror_inverse(theta: FloatArray, eta: FloatArray, L: int) -> FloatArray:
    """The x with ∇Φ(x) = θ: S softmax(θ) with S = lse(θ)/η; for L > 2 through u² ∝ (−θ)^{−1/a}."""
    if L == 2:
        top = theta.max(axis=0)
        total = np.exp(theta - top).sum(axis=0)
        return (top + np.log(total)) / eta * np.exp(theta - top) / total
    log_t = -2 / (L - 2) * np.log(-theta)
    S = np.log(np.exp(log_t).sum(axis=0)) / eta
    return (S * np.exp(log_t - eta * S)) ** (L / 2)


def entropy_potential(x: FloatArray, eta: FloatArray) -> FloatArray:
    """Φ(x) = Σ x_i log(x_i/‖x‖₁) + (η/2)‖x‖₁² (L = 2), (B,)."""
    S = x.sum(axis=0)
    return (x * np.log(x / S)).sum(axis=0) + eta / 2 * S**2


def entropy_conjugate(theta: FloatArray, eta: FloatArray) -> FloatArray:
    """Φ*(θ) = lse(θ)²/(2η) (L = 2), (B,)."""
    top = theta.max(axis=0)
    return (top + np.log(np.exp(theta - top).sum(axis=0))) ** 2 / (2 * eta)


def divergence(p: FloatArray, q: FloatArray) -> FloatArray:
    """KL(p‖q) = Σ p_i log(p_i/q_i) in nats, with 0 log 0 = 0, (B,)."""
    positive = np.where(p > 0, p, 1.0)
    return np.where(p > 0, p * (np.log(positive) - np.log(q)), 0.0).sum(axis=0)


def bregman(z: FloatArray, r: FloatArray, u: FloatArray, eta: FloatArray) -> FloatArray:
    """D_Φ(z, x) = ‖z‖₁ KL(z/‖z‖₁ ‖ u²) + (η/2)(‖z‖₁ − r²)² at x = (ru)² (L = 2), (B,)."""
    mass = z.sum(axis=0)
    return mass * divergence(z / mass, u**2) + eta / 2 * (mass - r**2) ** 2


def deep_potential(S: FloatArray, eta: FloatArray, L: int) -> FloatArray:
    """−Φ = (L/2) ∫_0^S (s e^{−ηs})^a ds = (L/2) (aη)^{−(a+1)} γ(a + 1, aηS), a = (L − 2)/2 > 0, (B,)."""
    a = (L - 2) / 2
    return L / 2 * (a * eta) ** (-(a + 1)) * scipy.special.gamma(a + 1) * scipy.special.gammainc(a + 1, a * eta * S)


def bregman_by_definition(z: FloatArray, x: FloatArray, eta: FloatArray, L: int) -> tuple[FloatArray, FloatArray]:
    """D_Φ(z, x) = Φ(z) − Φ(x) − ⟨∇Φ(x), z − x⟩ for any L, and the size Σ|summands| against which it rounds."""
    if L == 2:
        values = entropy_potential(z, eta), entropy_potential(x, eta)
    else:
        values = -deep_potential(size_power(z, L), eta, L), -deep_potential(size_power(x, L), eta, L)
    slope = mirror_gradient(x, eta, L)
    size = np.abs(values[0]) + np.abs(values[1]) + (np.abs(slope) * (z + x)).sum(axis=0)
    return values[0] - values[1] - dot(slope, z - x), size
