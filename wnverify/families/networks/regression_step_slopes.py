"""Derivatives of what proofs about the square loss go through.

Of q_i = ‖∇f_i‖ and h_i = ‖∇²f_i‖ at every sample they are, with unit vectors held fixed,

    ∂q_i = ∇²f_i ∇f_i/q_i,    ∂h_i = ±∂(D²f_i[τ, τ]),    ∂‖Σ ∇f_i ∇f_iᵀ‖ = ∂‖Σ u_i ∇f_i‖².
"""

from __future__ import annotations

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.networks.derivatives import gradient, hvp, pullback, pullback1, tangent
from wnverify.engine.networks.jets import jet_gradient
from wnverify.engine.networks.network import Direction, forward, unflatten
from wnverify.engine.networks.spectral import spectral_norm
from wnverify.engine.networks.tangent_kernel import sample_gradients, singly
from wnverify.families.kit.parts import once
from wnverify.families.networks.regression_fields import (
    Slopes,
    divided,
    length,
    named,
    problem,
    residual,
    tape,
    theta_part,
)
from wnverify.families.networks.regression_pairs_fields import combined, displacement, other, outputs

Each = tuple[FloatArray, Direction]
"""A number of every sample, (n, B), and its derivative in the network of that sample, `singly`."""


@once
def _gradients(batch: Batch) -> Each:
    """‖∇f_i‖."""
    flat = singly(problem(batch).net)
    kept = theta_part(gradient(flat))
    size = length(kept)
    return size.reshape(-1, batch.size), hvp(flat, divided(kept, size))


@once
def _bends(batch: Batch) -> Each:
    """‖∇²f_i‖."""
    flat = singly(problem(batch).net)
    found = spectral_norm(flat, vectors=True)
    weights = (0.0, 0.0, np.sign(found.signed))
    return found.value.reshape(-1, batch.size), jet_gradient(flat, unflatten(flat, found.eigenvector), weights)


def _weighed(batch: Batch, found: Direction, weights: FloatArray) -> Slopes:
    """Σ weights_i · derivative_i by array: the samples share the weights of the network."""
    n, each = batch.shape["n"], weights.reshape(-1)

    def shared(part: FloatArray) -> FloatArray:
        return np.asarray((part * each).reshape(*part.shape[:-1], n, batch.size).sum(axis=-2))

    W = {f"W{layer + 1}": shared(part) for layer, part in enumerate(found.W)}
    X = (found.x * each).reshape(-1, n, batch.size)
    return {**W, "v": shared(found.v), "X": X, "y": np.zeros_like(batch.arrays["y"])}


def _of_rms(values: FloatArray) -> FloatArray:
    """The derivative of a root mean square, (n, B), by the values; 0 where all are 0."""
    size = np.sqrt(np.mean(values**2, axis=0))
    return values / (len(values) * np.where(size > 0, size, np.inf))


def _of_sum(batch: Batch, found: Each) -> Slopes:
    """∂ (2/n) Σ |e_i| q_i."""
    error, share = residual(batch), 2.0 / batch.shape["n"]
    outer = share * np.sign(error) * found[0]
    by_error = named(pullback(problem(batch).net, tape(batch), outer), -outer)
    return combined((1.0, by_error), (1.0, _weighed(batch, found[1], share * np.abs(error))))


def sample_gradient_rms(batch: Batch) -> Slopes:
    """∂ of the root mean square of ‖∇f_i‖."""
    return _weighed(batch, _gradients(batch)[1], _of_rms(_gradients(batch)[0]))


def loss_gradient_sum(batch: Batch) -> Slopes:
    """∂ of (2/n) Σ |e_i|‖∇f_i‖."""
    return _of_sum(batch, _gradients(batch))


def sample_hessian_rms(batch: Batch) -> Slopes:
    """∂ of the root mean square of ‖∇²f_i‖₂."""
    return _weighed(batch, _bends(batch)[1], _of_rms(_bends(batch)[0]))


def residual_hessian_sum(batch: Batch) -> Slopes:
    """∂ of (2/n) Σ |e_i|‖∇²f_i‖₂."""
    return _of_sum(batch, _bends(batch))


def gauss_newton_norm(batch: Batch) -> Slopes:
    """∂ of the norm of (2/n) Σ ∇f_i ∇f_iᵀ."""
    net, J = problem(batch).net, sample_gradients(problem(batch).net)
    u = np.linalg.svd(np.where(np.isfinite(J), J, 0.0), full_matrices=False)[0][:, :, 0].T
    g = unflatten(net, np.einsum("bnp,nb->pb", J, u))
    weights = (np.zeros_like(u), 4.0 / batch.shape["n"] * u)
    found = pullback1(net, g, (tape(batch), tangent(net, g, tape(batch))), weights)
    return named(found, np.zeros_like(batch.arrays["y"]))


# ---- from θ to θ′


def _moved(found: Slopes, by_delta: Slopes) -> Slopes:
    """Derivatives by both ends: those by δ are named after it."""
    kept = {f"d{name}": part for name, part in by_delta.items() if name not in ("X", "y")}
    return {**found, **kept}


def slope_rms(batch: Batch) -> Slopes:
    """∂ of the root mean square of ⟨δ, ∇f_i⟩."""
    net, here, weights = problem(batch).net, tape(batch), _of_rms(outputs(batch)[1])
    zero, delta = np.zeros_like(weights), displacement(batch)
    found = pullback1(net, delta, (here, tangent(net, delta, here)), (zero, weights))
    none = np.zeros_like(batch.arrays["y"])
    return _moved(named(found, none), named(pullback(net, here, weights), none))


def remainder_rms(batch: Batch) -> Slopes:
    """∂ of the root mean square of f_i(θ′) − f_i(θ) − ⟨δ, ∇f_i⟩."""
    net, here, weights = problem(batch).net, tape(batch), _of_rms(outputs(batch)[2])
    delta, none = displacement(batch), np.zeros_like(batch.arrays["y"])
    ahead = named(pullback1(net, delta, (here, tangent(net, delta, here)), (weights, weights)), none)
    start = named(pullback(net, here, weights), none)
    end = named(pullback(other(batch).net, forward(other(batch).net, 1), weights), none)
    return _moved(combined((1.0, end), (-1.0, ahead)), combined((1.0, end), (-1.0, start)))
