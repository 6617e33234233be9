"""What is measured of a loss besides ‖∇²𝓛‖: both ends of its spectrum, trace, Frobenius norm; and the tangent kernel.

Derivatives are those of D²𝓛[u,u] with eigenvectors u held fixed; they are known for the square loss alone.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.contractions import eigh, eigvalsh
from wnverify.engine.networks import autodiff, tangent_kernel
from wnverify.engine.networks import loss as engine
from wnverify.engine.networks.extremes import tamed
from wnverify.engine.networks.factors import Outer, factors
from wnverify.engine.networks.invariants import brought_back, matrix_frobenius
from wnverify.engine.networks.network import Direction, forward, parameters, unflatten, value
from wnverify.engine.networks.sums import summed_loss_bends
from wnverify.families.kit.parts import once
from wnverify.families.networks.regression_fields import (
    Slopes,
    hessians,
    in_range,
    named,
    oracle_hessians,
    problem,
    tame,
    tape,
    tape_in_range,
)

LOW, HIGH = 0, 1
_PLACES = (0, -1)


# ---- the Hessian of the loss


def _matrix(batch: Batch) -> FloatArray:
    """∇²_θ 𝓛, (B, p, p), brought back where problems are not in range."""
    H, back = engine.loss_hessian(in_range(batch), layout="first"), tame(batch)
    return H if back is None else back.matrix(H, degree=2)


@once
def _ends(batch: Batch) -> FloatArray:
    """Both ends of the spectrum, (B, 2)."""
    return eigvalsh(_matrix(batch))[:, _PLACES]


@once
def _decomposed(batch: Batch) -> tuple[FloatArray, FloatArray]:
    """All eigenvalues and eigenvectors, for slopes."""
    return eigh(hessians(batch))


def end(which: int) -> Callable[[Batch], FloatArray]:
    """λ_min (`LOW`) or λ_max (`HIGH`) of ∇²𝓛, (B,); what came with eigenvectors is reused."""

    def measure(batch: Batch) -> FloatArray:
        kept = _decomposed in batch and tame(batch) is None
        return _decomposed(batch)[0][:, _PLACES[which]] if kept else _ends(batch)[:, which]

    return measure


def end_slope(which: int) -> Callable[[Batch], Slopes]:
    """∂λ of one end; some branch where it is repeated, and nothing where it is exactly 0."""

    def slope(batch: Batch) -> Slopes:
        reg, (values, vectors) = problem(batch), _decomposed(batch)
        vector = unflatten(reg.net, vectors[:, :, _PLACES[which]].T)
        weight = np.where(values[:, _PLACES[which]] == 0.0, 0.0, 1.0)
        return named(*engine.loss_jet_gradient(reg, vector, (0.0, 0.0, weight), tape(batch)))

    return slope


def trace(batch: Batch) -> FloatArray:
    """tr ∇²𝓛, (B,), from the factors: no matrix is written."""
    reg, here, n = in_range(batch), tape_in_range(batch), batch.shape["n"]
    f = value(reg.net, here)
    weights = Outer(reg.loss.slope(f, reg.y) / n, reg.loss.curvature(f, reg.y) / n)
    return brought_back(factors(reg.net, here, weights), tame(batch), degree=2)


def trace_slope(batch: Batch) -> Slopes:
    """∂ tr ∇²𝓛 over all axes."""
    reg = problem(batch)
    axes = np.repeat(np.eye(parameters(reg.net))[:, :, None], batch.size, axis=2)
    return named(*summed_loss_bends(reg, axes, np.ones(axes.shape[1:])))


def frobenius(batch: Batch) -> FloatArray:
    """‖∇²𝓛‖_F, (B,)."""
    return matrix_frobenius(_matrix(batch))


def frobenius_slope(batch: Batch) -> Slopes:
    """∂‖∇²𝓛‖_F = Σ_k (λ_k/‖∇²𝓛‖_F) ∂D²𝓛[u_k, u_k]."""
    values, vectors = _decomposed(batch)
    size = np.linalg.norm(values, axis=1)
    shares = values / np.where(size > 0, size, np.inf)[:, None]
    return named(*summed_loss_bends(problem(batch), np.moveaxis(vectors, 0, -1), shares.T))


# ---- the tangent kernel


def kernel_min(batch: Batch) -> FloatArray:
    """λ_min of the kernel of the gradients of f, (B,)."""
    return tangent_kernel.least_kernel(problem(batch).net)


def kernel_min_slope(batch: Batch) -> Slopes:
    """∂ of it: targets are not in it."""
    return named(tangent_kernel.least_kernel_slope(problem(batch).net), np.zeros_like(batch.arrays["y"]))


# ---- by autograd


def end_by_oracle(which: int) -> Callable[[Batch], FloatArray]:
    """One end of the spectrum of Hessians by autograd, (B,)."""
    return lambda batch: eigvalsh(oracle_hessians(batch))[:, _PLACES[which]]


def trace_by_oracle(batch: Batch) -> FloatArray:
    """The sum of the diagonal by autograd, (B,)."""
    return np.trace(oracle_hessians(batch), axis1=1, axis2=2)


def frobenius_by_oracle(batch: Batch) -> FloatArray:
    """The root of the sum of the squares of all eigenvalues by autograd, (B,)."""
    values = eigvalsh(oracle_hessians(batch))
    size = np.abs(values).max(axis=1)
    near = values / np.where(size > 0, size, 1.0)[:, None]
    return np.asarray(size * np.sqrt(np.square(near).sum(axis=1)))


def kernel_min_by_oracle(batch: Batch) -> FloatArray:
    """The same of gradients by autograd, (B,)."""
    return tangent_kernel.least_square(gradients_by_oracle(batch))


@once
def gradients_by_oracle(batch: Batch) -> FloatArray:
    """∇_θ f at every sample by autograd, one sample of one problem at a time, (B, n, p)."""
    net = problem(batch).net
    flat = tangent_kernel.singly(net)
    back = tamed(flat, forward(flat))
    near, d = flat if back is None else back.net, flat.x.shape[0]
    found = np.stack([autodiff.oracle_gradient(near, index) for index in range(flat.batch)], axis=-1)
    theta = unflatten(near, found[:-d])
    gradient = Direction(theta.W, theta.v, found[-d:])
    gradient = gradient if back is None else back.gradient(gradient)
    return tangent_kernel.by_sample(gradient, net)
