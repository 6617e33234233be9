"""What is measured of a network's second derivatives besides ‖∇²f‖: ends of the spectrum, trace, blocks, and in x.

The derivative of an eigenvalue is that of D²f[u,u] with its unit eigenvector u held fixed; where it is repeated, u is
one of its eigenvectors, and the derivative that of one branch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.contractions import eigh, eigvalsh, singular_values, symmetric_norm
from wnverify.engine.networks import autodiff, blocks, invariants
from wnverify.engine.networks.derivatives import gradient as engine_gradient
from wnverify.engine.networks.derivatives import hvp
from wnverify.engine.networks.ends import Ends, ends
from wnverify.engine.networks.extremes import times
from wnverify.engine.networks.hessian import hessian
from wnverify.engine.networks.jets import jet_gradient
from wnverify.engine.networks.network import Direction, parameters, unflatten
from wnverify.engine.networks.sums import summed_bends
from wnverify.errors import UsageError, expected
from wnverify.families.kit.parts import once
from wnverify.families.networks.weight_norm_fields import Slopes, in_range, named, network, tame

LOW, HIGH = 0, 1


# ---- the ends of the spectrum


@once
def _values(batch: Batch) -> Ends:
    return ends(network(batch))


@once
def _with_vectors(batch: Batch) -> Ends:
    return ends(network(batch), vectors=True)


def _ends(batch: Batch) -> Ends:
    """Both ends; what came with eigenvectors is reused."""
    return _with_vectors(batch) if _with_vectors in batch else _values(batch)


def hessian_min(batch: Batch) -> FloatArray:
    """λ_min(∇²f), (B,)."""
    return _ends(batch).low


def hessian_max(batch: Batch) -> FloatArray:
    """λ_max(∇²f), (B,)."""
    return _ends(batch).high


def end_slope(which: int) -> Callable[[Batch], Slopes]:
    """∂λ of the least (`LOW`) or the greatest (`HIGH`) eigenvalue; nothing where it is 0, at its limit."""

    def slope(batch: Batch) -> Slopes:
        found = _with_vectors(batch)
        value = (found.low, found.high)[which]
        return _bent(batch, eigenvector(found, which), np.where(value == 0.0, 0.0, 1.0))

    return slope


def eigenvector(found: Ends, which: int) -> FloatArray:
    """The eigenvector of one end, (p, B).

    Raises:
        UsageError: it was not asked for.
    """
    if found.vectors is None:
        raise UsageError(expected("ends with vectors", "ends without", "ask for vectors=True"))
    return found.vectors[which]


def _bent(batch: Batch, vector: FloatArray, weight: FloatArray | float) -> Slopes:
    """∂ of weight·D²f[u,u], u (p, B)."""
    net = network(batch)
    return named(jet_gradient(net, unflatten(net, vector), (0.0, 0.0, weight)))


# ---- blocks


@once
def _hidden(batch: Batch) -> Ends:
    return ends(network(batch), hidden=True)


@once
def _hidden_with_vectors(batch: Batch) -> Ends:
    return ends(network(batch), vectors=True, hidden=True)


def hidden_norm(batch: Batch) -> FloatArray:
    """‖∂²f/∂W²‖₂, (B,)."""
    return (_hidden_with_vectors if _hidden_with_vectors in batch else _hidden)(batch).norm


def hidden_norm_slope(batch: Batch) -> Slopes:
    """∂ of it: that of the end of larger modulus."""
    found = _hidden_with_vectors(batch)
    below = -found.low > found.high
    vector = np.where(below, eigenvector(found, LOW), eigenvector(found, HIGH))
    return _bent(batch, vector, np.where(below, -1.0, np.sign(found.high)))


def cross_norm(batch: Batch) -> FloatArray:
    """‖∂²f/∂W∂v‖₂, (B,)."""
    return blocks.cross_norm(network(batch))


def cross_norm_slope(batch: Batch) -> Slopes:
    """∂‖∇_W f(W, w; x)‖ with the top singular vector w held fixed; f is linear in v, so that v is not in it."""
    net = network(batch)
    there = replace(net, v=blocks.cross_vector(net))
    gradient = engine_gradient(there)
    size = cross_norm(batch)
    safe = np.where(size > 0, size, np.inf)
    unit = Direction(tuple(part / safe for part in gradient.W), np.zeros_like(net.v), np.zeros_like(net.x))
    found = named(hvp(there, unit))
    return {name: part for name, part in found.items() if name != "v"}


# ---- in the input


def input_hessian_norm(batch: Batch) -> FloatArray:
    """‖∇²_x f‖₂, (B,)."""
    return symmetric_norm(blocks.input_hessian(network(batch)))


def input_hessian_norm_slope(batch: Batch) -> Slopes:
    """∂λ of the eigenvalue of largest modulus, times its sign."""
    net = network(batch)
    values, vectors = eigh(blocks.input_hessian(net))
    which, instances = np.argmax(np.abs(values), axis=1), np.arange(batch.size)
    along = Direction(tuple(map(np.zeros_like, net.W)), np.zeros_like(net.v), vectors[instances, :, which].T)
    return named(jet_gradient(net, along, (0.0, 0.0, np.sign(values[instances, which]))))


# ---- trace and Frobenius norm


def hessian_trace(batch: Batch) -> FloatArray:
    """tr ∇²f, (B,)."""
    return invariants.trace(network(batch))


def hessian_trace_slope(batch: Batch) -> Slopes:
    """∂ tr ∇²f over the axes along which f is bent: not those of v, nor a normalised row of one number."""
    net = network(batch)
    sizes = [rows.shape[0] * rows.shape[1] * (rows.shape[1] > 1 or not net.normalised) for rows in net.W]
    starts = np.cumsum([0, *(rows.shape[0] * rows.shape[1] for rows in net.W)])
    chosen = np.concatenate([np.arange(start, start + size) for start, size in zip(starts, sizes, strict=False)])
    axes = np.repeat(np.eye(parameters(net))[:, chosen, None], batch.size, axis=2)
    return named(summed_bends(net, axes, np.ones(axes.shape[1:])))


def hessian_frobenius(batch: Batch) -> FloatArray:
    """‖∇²f‖_F, (B,)."""
    return invariants.frobenius_norm(network(batch))


def hessian_frobenius_slope(batch: Batch) -> Slopes:
    """∂‖∇²f‖_F = Σ_k (λ_k/‖∇²f‖_F) ∂D²f[u_k, u_k]."""
    net = network(batch)
    values, vectors = eigh(hessian(net, layout="first"))
    size = np.linalg.norm(values, axis=1)
    shares = values / np.where(size > 0, size, np.inf)[:, None]
    return named(summed_bends(net, np.moveaxis(vectors, 0, -1), shares.T))


# ---- by autograd


@once
def oracle_hessians(batch: Batch) -> FloatArray:
    """∇²_θ f of every instance by autograd, (B, p, p)."""
    net, back = in_range(batch), tame(batch)
    found = np.stack([autodiff.oracle_hessian(net, index) for index in range(batch.size)])
    return found if back is None else back.matrix(found)


def end_by_oracle(which: int) -> Callable[[Batch], FloatArray]:
    """λ_min or λ_max from Hessians by autograd, (B,)."""
    return lambda batch: eigvalsh(oracle_hessians(batch))[:, (0, -1)[which]]


def hessian_trace_by_oracle(batch: Batch) -> FloatArray:
    """The sum of the diagonal by autograd, (B,)."""
    return np.trace(oracle_hessians(batch), axis1=1, axis2=2)


def hessian_frobenius_by_oracle(batch: Batch) -> FloatArray:
    """The root of the sum of the squares of all entries, by autograd, (B,)."""
    H = oracle_hessians(batch)
    size = np.abs(H).max(axis=(1, 2))
    near = H / np.where((size > 0) & np.isfinite(size), size, 1.0)[:, None, None]
    return np.asarray(size * np.where(size > 0, np.sqrt(np.square(near).sum(axis=(1, 2))), 0.0))


def hidden_norm_by_oracle(batch: Batch) -> FloatArray:
    """‖·‖₂ of the block of the hidden layers of Hessians by autograd, (B,)."""
    split = -batch.arrays["v"].shape[0]
    return symmetric_norm(oracle_hessians(batch)[:, :split, :split])


def cross_norm_by_oracle(batch: Batch) -> FloatArray:
    """‖∂²f/∂v∂W‖₂ by autograd, (B,)."""
    net, back = in_range(batch), tame(batch)
    found = np.stack([autodiff.oracle_cross(net, index) for index in range(batch.size)])
    if back is not None:
        counts = [rows.shape[1] for rows in net.W]
        k = np.concatenate([np.repeat(part, count, axis=0) for part, count in zip(back.rows, counts, strict=True)])
        found = np.moveaxis(back.known(times(np.moveaxis(found, 0, -1), -k)), -1, 0)
    return singular_values(found)[:, 0]


def input_hessian_norm_by_oracle(batch: Batch) -> FloatArray:
    """‖∇²_x f‖₂ by autograd, (B,)."""
    net, back = in_range(batch), tame(batch)
    found = np.stack([autodiff.oracle_input_hessian(net, index) for index in range(batch.size)], axis=-1)
    return symmetric_norm(np.moveaxis(found if back is None else back.value(found), -1, 0))
