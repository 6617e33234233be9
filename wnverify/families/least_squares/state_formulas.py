"""What the symbols of linear models stand for: formulas in the fields, all (B,)."""

from __future__ import annotations

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.least_squares.rows import apply, dot, length, pull
from wnverify.families.least_squares.state_fields import Fields

TINY = 1e-300
"""Added to scales, so that an instance at which everything vanishes counts as no defect."""


def error_rate(at: Fields) -> FloatArray:
    """e′ = A(g′w + gw′), (m, B)."""
    return apply(at.A, at.gain_rate * at.w + at.g * at.w_rate)


def _tangent(at: Fields, a: FloatArray) -> FloatArray:
    """(I − wwᵀ)a."""
    return a - dot(at.w, a) * at.w


def dual_rate(at: Fields) -> FloatArray:
    """⟨z, (e^{r²/2c} u)′⟩ for x = ru, with u′ = (x′ − ⟨u,x′⟩u)/r; its limit 0 at g = 0, where w′ = 0."""
    x, x_rate = at.g * at.w, at.gain_rate * at.w + at.g * at.w_rate
    r = length(x)
    u = x / r
    r_rate = dot(u, x_rate)
    moved = np.exp(r**2 / (2 * at.c)) * dot(at.z, (r * r_rate / at.c) * u + (x_rate - r_rate * u) / r)
    return np.where(at.g == 0, 0.0, moved)


def dual_rate_by_complex_step(at: Fields) -> FloatArray:
    """⟨z, Im ∇Φ(x + ihx′)/h⟩ with ∇Φ(x) = e^{‖x‖²/2c} x/‖x‖; at g = 0 the limit as above."""
    x, x_rate = at.g * at.w, at.gain_rate * at.w + at.g * at.w_rate
    h = 1e-30
    moved = x + 1j * h * x_rate
    r = np.sqrt(np.sum(moved**2, axis=0))
    return np.where(at.g == 0, 0.0, dot(at.z, (np.exp(r**2 / (2 * at.c)) * moved / r).imag / h))


def dual_scale(at: Fields) -> FloatArray:
    """Size of the summands of the dual velocity."""
    size = at.rate_w * np.abs(at.g) + at.rate_g / np.maximum(np.abs(at.g), TINY)
    return np.exp(at.g**2 / (2 * at.c)) * size * length(at.force) + TINY


def _curvature(at: Fields) -> FloatArray:
    """M = A(rate_w g²(I − wwᵀ) + rate_g wwᵀ)Aᵀ, batch first: (B, m, m)."""
    A = np.moveaxis(at.A, -1, 0)
    image = np.moveaxis(apply(at.A, at.w), -1, 0)
    along = image[:, :, None] * image[:, None, :]
    gain = (at.rate_w * at.g**2)[:, None, None]
    return np.asarray(gain * (A @ A.transpose(0, 2, 1) - along) + at.rate_g[:, None, None] * along)


def least_curvature(at: Fields) -> FloatArray:
    """Least eigenvalue of M."""
    return np.asarray(np.linalg.eigvalsh(_curvature(at))[:, 0])


def least_curvature_by_factor(at: Fields) -> FloatArray:
    """M = BBᵀ with B = A(√rate_w |g| (I − wwᵀ) + √rate_g wwᵀ): the least singular value of B, squared."""
    across, along = np.sqrt(at.rate_w) * np.abs(at.g), np.sqrt(at.rate_g)
    image = apply(at.A, at.w)
    factor = across * at.A + (along - across) * image[:, None] * at.w[None]
    return np.asarray(np.linalg.svd(np.moveaxis(factor, -1, 0), compute_uv=False)[:, -1] ** 2)


def decay(at: Fields) -> FloatArray:
    """−⟨e,e′⟩/‖e‖²."""
    return -dot(at.error, error_rate(at)) / np.maximum(dot(at.error, at.error), TINY)


def field_scale(at: Fields) -> FloatArray:
    """rate_w |g| ‖q‖, which bounds ‖w′‖."""
    return at.rate_w * np.abs(at.g) * length(at.force) + TINY


def error_scale(at: Fields) -> FloatArray:
    """(rate_w g² + rate_g)‖A‖²‖e‖."""
    return (at.rate_w * at.g**2 + at.rate_g) * at.s[0] ** 2 * length(at.error) + TINY


def across_curvature(at: Fields) -> FloatArray:
    """⟨ζ, A(I − wwᵀ)Aᵀe⟩."""
    return dot(at.zeta, apply(at.A, _tangent(at, pull(at.A, at.error))))


def along_curvature(at: Fields) -> FloatArray:
    """⟨ζ, Aw⟩⟨Aw, e⟩."""
    image = apply(at.A, at.w)
    return dot(at.zeta, image) * dot(image, at.error)


def gradient_norm(at: Fields) -> FloatArray:
    """‖(∂f/∂g, Riemannian ∂f/∂w)‖."""
    return np.sqrt((at.gain_rate / at.rate_g) ** 2 + dot(at.w_rate, at.w_rate) / at.rate_w**2)
