"""The vocabulary of weight-normalised linear models: the flow's velocity, read off along test vectors.

A vector identity is claimed along an arbitrary unit test vector that belongs to the instance: `z` in R^d, its
normalised projection `null` on ker A, `zeta` in R^m; a search over instances is then a search over directions too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.least_squares.model import apply, dot, length, pull
from wnverify.families.least_squares.state_fields import Fields, by_autograd, closed_form, measured, point
from wnverify.quantity import Quantity, Route

TINY = 1e-300
"""Added to scales, so that an instance at which everything vanishes counts as no defect."""


def defined(name: str, meaning: str, formula: Callable[[Fields], FloatArray], **domain: Any) -> Quantity:
    """A quantity that is one formula in the fields, measured by both routes."""
    return Quantity(name, meaning, route=measured(formula), **domain)


def read_off(name: str, meaning: str, **domain: Any) -> Quantity:
    """An array of the batch, one number an instance."""
    return Quantity(name, meaning, route=Route(lambda batch: batch.arrays[name]), **domain)


def _norm_A(at: Fields) -> FloatArray:
    return at.s[0]


def _error_rate(at: Fields) -> FloatArray:
    """e′ = A(g′w + gw′), (m, B)."""
    return apply(at.A, at.gain_rate * at.w + at.g * at.w_rate)


def _tangent(at: Fields, a: FloatArray) -> FloatArray:
    """(I − wwᵀ)a."""
    return a - dot(at.w, a) * at.w


def _dual_rate(batch: Batch) -> FloatArray:
    """⟨z, (e^{r²/2c} u)′⟩ for x = ru, with u′ = (x′ − ⟨u,x′⟩u)/r."""
    at = closed_form(batch)
    x, x_rate = at.g * at.w, at.gain_rate * at.w + at.g * at.w_rate
    r = length(x)
    u = x / r
    r_rate = dot(u, x_rate)
    return np.exp(r**2 / (2 * at.c)) * dot(at.z, (r * r_rate / at.c) * u + (x_rate - r_rate * u) / r)


def _dual_rate_by_complex_step(batch: Batch) -> FloatArray:
    """⟨z, Im ∇Φ(x + ihx′)/h⟩ with ∇Φ(x) = e^{‖x‖²/2c} x/‖x‖."""
    at = by_autograd(batch)
    x, x_rate = at.g * at.w, at.gain_rate * at.w + at.g * at.w_rate
    h = 1e-30
    moved = x + 1j * h * x_rate
    r = np.sqrt(np.sum(moved**2, axis=0))
    return dot(at.z, (np.exp(r**2 / (2 * at.c)) * moved / r).imag / h)


def _dual_scale(at: Fields) -> FloatArray:
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


def _least_curvature(batch: Batch) -> FloatArray:
    return np.asarray(np.linalg.eigvalsh(_curvature(closed_form(batch)))[:, 0])


def _least_curvature_by_factor(batch: Batch) -> FloatArray:
    """M = BBᵀ with B = A(√rate_w |g| (I − wwᵀ) + √rate_g wwᵀ): the least singular value of B, squared."""
    at = by_autograd(batch)
    across, along = np.sqrt(at.rate_w) * np.abs(at.g), np.sqrt(at.rate_g)
    image = apply(at.A, at.w)
    factor = across * at.A + (along - across) * image[:, None] * at.w[None]
    return np.asarray(np.linalg.svd(np.moveaxis(factor, -1, 0), compute_uv=False)[:, -1] ** 2)


def _decay(at: Fields) -> FloatArray:
    """−⟨e,e′⟩/‖e‖²."""
    return -dot(at.error, _error_rate(at)) / np.maximum(dot(at.error, at.error), TINY)


def _field_scale(at: Fields) -> FloatArray:
    return at.rate_w * np.abs(at.g) * length(at.force) + TINY


def _error_scale(at: Fields) -> FloatArray:
    return (at.rate_w * at.g**2 + at.rate_g) * at.s[0] ** 2 * length(at.error) + TINY


def _across_curvature(at: Fields) -> FloatArray:
    return dot(at.zeta, apply(at.A, _tangent(at, pull(at.A, at.error))))


def _along_curvature(at: Fields) -> FloatArray:
    image = apply(at.A, at.w)
    return dot(at.zeta, image) * dot(image, at.error)


def _gradient_norm(at: Fields) -> FloatArray:
    return np.sqrt((at.gain_rate / at.rate_g) ** 2 + dot(at.w_rate, at.w_rate) / at.rate_w**2)


def _rows(batch: Batch) -> FloatArray:
    return np.full(batch.size, float(batch.shape["m"]))


def _residual_norm(batch: Batch) -> FloatArray:
    at = point(batch)
    return length(at.g * at.image - at.y)


m = Quantity("m", "number of rows of A", low=1, integer=True, route=Route(_rows))
g = read_off("g", "gain: the predictor is gAw, ‖w‖ = 1")
rate_g = read_off("rate_g", "learning rate of the gain", low=0, strict=True)
rate_w = read_off("rate_w", "learning rate of the direction", low=0, strict=True)
sigma = defined("sigma", "least singular value of A", lambda at: at.s[-1], low=0, strict=True)
A_norm = defined("A_norm", "‖A‖₂", _norm_A, low=0, strict=True)
om = defined("om", "‖P_⊥w‖, the part of w in ker A", lambda at: length(at.across), low=0, high=1)
X = defined("X", "‖A⁺y‖, the least norm of a solution", lambda at: length(at.x_star), low=0, strict=True)
target_norm = defined("target_norm", "‖y‖", lambda at: length(at.y), low=0)
error_norm = Quantity(
    "error_norm", "‖gAw − y‖", low=0, route=Route(_residual_norm, None, lambda b: length(by_autograd(b).error))
)
gain_rate = defined("gain_rate", "g′ along the flow", lambda at: at.gain_rate)
null_rate = defined("null_rate", "⟨z, w′⟩ for a unit z in ker A", lambda at: dot(at.null, at.w_rate))
null_part = defined("null_part", "⟨z, w⟩ for the same z", lambda at: dot(at.null, at.w))
field_scale = defined("field_scale", "rate_w |g| ‖q‖, which bounds ‖w′‖", _field_scale, low=0, strict=True)
force_along = defined("force_along", "⟨z, q⟩ for a unit z, q = AᵀF′", lambda at: dot(at.z, at.force))
pull_norm = defined("pull_norm", "‖q‖, q = AᵀF′ the gradient in x = gw", lambda at: length(at.force), low=0)
gradient_norm = defined("gradient_norm", "‖(∂f/∂g, Riemannian ∂f/∂w)‖", _gradient_norm, low=0)
dual_rate = Quantity(
    "dual_rate",
    "⟨z, ∇Φ(x)′⟩ for ∇Φ(x) = e^{‖x‖²/(2c)} x/‖x‖, c = rate_g/rate_w",
    route=Route(_dual_rate, None, _dual_rate_by_complex_step),
)
dual_scale = defined("dual_scale", "size of the summands of ∇Φ(x)′", _dual_scale, low=0, strict=True)
error_rate = defined("error_rate", "⟨ζ, e′⟩ for a unit ζ", lambda at: dot(at.zeta, _error_rate(at)))
error_scale = defined("error_scale", "(rate_w g² + rate_g)‖A‖²‖e‖", _error_scale, low=0, strict=True)
across_curvature = defined("across_curvature", "⟨ζ, A(I − wwᵀ)Aᵀe⟩", _across_curvature)
along_curvature = defined("along_curvature", "⟨ζ, Aw⟩⟨Aw, e⟩", _along_curvature)
decay = defined("decay", "−(log ‖e‖)′", _decay)
least_curvature = Quantity(
    "least_curvature",
    "least eigenvalue of M, where e′ = −Me",
    low=0,
    route=Route(_least_curvature, None, _least_curvature_by_factor),
)

FIELD_QUANTITIES: Mapping[str, Quantity] = {
    quantity.name: quantity
    for quantity in (
        m, g, rate_g, rate_w, sigma, A_norm, om, X, target_norm, error_norm, gain_rate, null_rate, null_part,
        field_scale, force_along, pull_norm, gradient_norm, dual_rate, dual_scale, error_rate, error_scale,
        across_curvature, along_curvature, decay, least_curvature,
    )
}  # fmt: skip
