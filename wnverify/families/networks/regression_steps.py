"""What proofs of bounds on the square loss go through: norms of the gradients and Hessians of f at every sample.

With e = f − y, ∇𝓛 = (2/n) Σ e_i ∇f_i and ∇²𝓛 = (2/n) Σ (∇f_i ∇f_iᵀ + e_i ∇²f_i).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.contractions import eigvalsh, lengths, singular_values, symmetric_norm
from wnverify.engine.networks import autodiff
from wnverify.engine.networks.extremes import tamed
from wnverify.engine.networks.network import Network, forward
from wnverify.engine.networks.spectral import spectral_norm
from wnverify.engine.networks.tangent_kernel import sample_gradients, singly
from wnverify.families.kit.parts import Views, once, two_routes
from wnverify.families.networks import regression_step_slopes as slopes
from wnverify.families.networks.regression_curvature import gradients_by_oracle
from wnverify.families.networks.regression_fields import in_range, problem, residual
from wnverify.families.networks.regression_pairs_fields import outputs
from wnverify.quantities import Gradient, Quantity

Samples = tuple[FloatArray, FloatArray]
"""The residuals e, (n, B), and the gradients of f, (B, n, p)."""


def _first(batch: Batch) -> Samples:
    return residual(batch), sample_gradients(problem(batch).net)


def _one(batch: Batch, index: int) -> list[Network]:
    """The networks of one instance, sample by sample, without a sample axis."""
    net, one = replace(in_range(batch).net, v=problem(batch).net.v), slice(index, index + 1)
    W, v = tuple(rows[:, :, 0, one] for rows in net.W), net.v[:, 0, one]
    inputs = (net.x[:, sample, one] for sample in range(net.x.shape[1]))
    return [Network(W, v, x, net.activation, net.scaling) for x in inputs]


def _second(batch: Batch) -> Samples:
    reg = problem(batch)
    nets = (_one(batch, index) for index in range(batch.size))
    e = np.array([[autodiff.oracle_value(net) for net in one] for one in nets]).T - reg.y
    return e, gradients_by_oracle(batch)


SAMPLES = Views(_first, _second)


def _rms(values: FloatArray) -> FloatArray:
    with np.errstate(over="ignore", under="ignore"):
        return lengths(np.sqrt(np.sum(values**2, axis=0)), values) / math.sqrt(len(values))


def _lengths(gradients: FloatArray) -> FloatArray:
    with np.errstate(over="ignore", under="ignore"):
        return lengths(np.linalg.norm(gradients, axis=2), gradients, axis=2).T


def _gauss_newton(samples: Samples) -> FloatArray:
    gram = np.matmul(samples[1], samples[1].swapaxes(1, 2))
    return np.asarray(2 * eigvalsh(gram)[:, -1].clip(0) / gram.shape[1])


def _gauss_newton_by_values(samples: Samples) -> FloatArray:
    """The same by singular values."""
    return np.asarray(2 * singular_values(samples[1])[:, 0] ** 2 / samples[1].shape[1])


def _weighed(e: FloatArray, values: FloatArray) -> FloatArray:
    """(2/n) Σ |e_i| values_i."""
    return np.asarray(2 * np.mean(np.abs(e) * values, axis=0))


sample_gradient_rms = SAMPLES.quantity(
    "sample_gradient_rms",
    "root mean square of ‖∇_θ f(x_i)‖₂ over the samples",
    lambda samples: _rms(_lengths(samples[1])),
    gradient=slopes.sample_gradient_rms,
    low=0,
    latex=r"(\frac{1}{n}\sum_i\|\nabla_\theta f_i\|^2)^{1/2}",
)
loss_gradient_sum = SAMPLES.quantity(
    "loss_gradient_sum",
    "(2/n) Σ |e_i|·‖∇_θ f(x_i)‖₂, e = f − y",
    lambda samples: _weighed(samples[0], _lengths(samples[1])),
    gradient=slopes.loss_gradient_sum,
    low=0,
    latex=r"\frac{2}{n}\sum_i|e_i|\|\nabla_\theta f_i\|",
)
gauss_newton_norm = SAMPLES.quantity(
    "gauss_newton_norm",
    "spectral norm of (2/n) Σ ∇f_i ∇f_iᵀ",
    _gauss_newton,
    _gauss_newton_by_values,
    gradient=slopes.gauss_newton_norm,
    low=0,
    latex=r"\|\frac{2}{n}\sum_i\nabla f_i\nabla f_i^T\|_2",
)


# ---- the Hessians of f


@once
def _bends(batch: Batch) -> FloatArray:
    """‖∇²f(x_i)‖₂, (n, B)."""
    net = problem(batch).net
    return spectral_norm(singly(net)).value.reshape(net.x.shape[1], batch.size)


@once
def _bends_by_oracle(batch: Batch) -> FloatArray:
    flat = singly(problem(batch).net)
    back = tamed(flat, forward(flat))
    near = flat if back is None else back.net
    H = np.stack([autodiff.oracle_hessian(near, index) for index in range(near.batch)])
    return symmetric_norm(H if back is None else back.matrix(H)).reshape(-1, batch.size)


def _of_bends(
    name: str, meaning: str, measure: Callable[[FloatArray, FloatArray], FloatArray], gradient: Gradient, latex: str
) -> Quantity:
    return two_routes(
        name,
        meaning,
        lambda batch: measure(SAMPLES.closed(batch)[0], _bends(batch)),
        lambda batch: measure(SAMPLES.oracle(batch)[0], _bends_by_oracle(batch)),
        gradient=gradient,
        low=0,
        latex=latex,
    )


sample_hessian_rms = _of_bends(
    "sample_hessian_rms",
    "root mean square of ‖∇²_θ f(x_i)‖₂ over the samples",
    lambda _, bends: _rms(bends),
    slopes.sample_hessian_rms,
    r"(\frac{1}{n}\sum_i\|\nabla^2_\theta f_i\|_2^2)^{1/2}",
)
residual_hessian_sum = _of_bends(
    "residual_hessian_sum",
    "(2/n) Σ |e_i|·‖∇²_θ f(x_i)‖₂, e = f − y",
    _weighed,
    slopes.residual_hessian_sum,
    r"\frac{2}{n}\sum_i|e_i|\|\nabla^2_\theta f_i\|_2",
)
QUANTITIES = (sample_gradient_rms, loss_gradient_sum, gauss_newton_norm, sample_hessian_rms, residual_hessian_sum)
"""Those of one problem."""


# ---- from θ to θ′


def _in_balls(name: str) -> Callable[[Batch], FloatArray]:
    """Midpoints of certified balls: a difference of floats has no digit left where δ is small."""

    def measure(batch: Batch) -> FloatArray:
        from wnverify.families.networks.regression_balls import pair_enclosures

        found = [pair_enclosures(batch.one(index), (name,)) for index in range(batch.size)]
        return np.array([math.nan if balls is None else float(balls[name].mid()) for balls in found])

    return measure


slope_rms = two_routes(
    "slope_rms",
    "root mean square of ⟨δ, ∇_θ f(x_i)⟩ over the samples",
    lambda batch: _rms(outputs(batch)[1]),
    _in_balls("slope_rms"),
    gradient=slopes.slope_rms,
    low=0,
    latex=r"(\frac{1}{n}\sum_i\langle\delta,\nabla f_i\rangle^2)^{1/2}",
)
remainder_rms = two_routes(
    "remainder_rms",
    "root mean square of f(θ′; x_i) − f(θ; x_i) − ⟨δ, ∇_θ f(x_i)⟩ over the samples",
    lambda batch: _rms(outputs(batch)[2]),
    _in_balls("remainder_rms"),
    gradient=slopes.remainder_rms,
    low=0,
    latex=r"(\frac{1}{n}\sum_ir_i^2)^{1/2}",
)
OF_PAIRS = (slope_rms, remainder_rms)
"""Those of a pair θ, θ′ = θ + δ: f′ = f + ḟ + r."""
