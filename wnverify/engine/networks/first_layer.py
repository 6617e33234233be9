"""The exact reduction of the first layer: every row W_i ∈ R^d counts with two coordinates instead of d.

First-layer rows enter all other blocks of the Hessian through q_i alone, and their own block is
K_ii q qᵀ − (δ_i/r_i)(q uᵀ + u qᵀ) − (δ_i z_i/r_i²)(I − uuᵀ). So H maps the span of u_i and q_i (and everything
above) into itself, and on the complement of that span in row i it is −(δ_i z_i/r_i²)·I. For a plain network q_i
alone is kept, and the complement is the kernel. Where a row has no more coordinates than are kept, nothing is
reduced: the Hessian stays in the coordinates of θ.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from wnverify.arrays import FloatArray
from wnverify.engine.contractions import einsum, lengths, row_dots
from wnverify.engine.networks.factors import Factors
from wnverify.engine.networks.network import Network, parameters

Indices: TypeAlias = NDArray[np.int64]


def kept(net: Network) -> int:
    """Return the coordinates kept of each first-layer row: 2, or 1 for a plain network or d = 1."""
    return min(net.widths[0], 2) if net.normalised else 1


def reduced_size(net: Network) -> int:
    """Return the size of the reduced Hessian."""
    d, width = net.widths[:2]
    return parameters(net) - width * (d - kept(net))


def reduce_first(net: Network, parts: Factors) -> Factors:
    """Rewrite the first layer in the orthonormal coordinates (u_i, q_i/‖q_i‖) of each row, or q_i/‖q_i‖ alone."""
    if _whole(net):
        return parts
    size = row_lengths(parts.q[0])
    rows = np.zeros((size.shape[0], kept(net), kept(net), *size.shape[1:]))
    if net.normalised:
        rows[:, 0, 1] = size
        rows[:, 1, 0] = 1.0
    else:
        rows[:, 0, 0] = size
    return replace(parts, rows=(rows, *parts.rows[1:]))


def _whole(net: Network) -> bool:
    """Whether rows of the first layer have no more coordinates than are kept."""
    return net.widths[0] == kept(net)


def or_complement(net: Network, parts: Factors, signed: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the λ of larger modulus, `signed` or one of −δz/r², and the row it belongs to (−1: `signed` won)."""
    nobody = np.full(signed.shape, -1.0)
    if not net.normalised or net.x.shape[0] < 3:
        return signed, nobody
    bend = -parts.bend[0]
    row = np.argmax(np.abs(bend), axis=0)
    best = bend[row, np.arange(net.batch)]
    wins = np.abs(best) > np.abs(signed)
    return np.where(wins, best, signed), np.where(wins, row, nobody)


def lift(net: Network, parts: Factors, reduced: FloatArray, row: FloatArray) -> FloatArray:
    """Return the unit vector in θ of a reduced vector (p′, B); where row ≥ 0, one of that row's complement."""
    if _whole(net):
        return reduced
    m, d = net.W[0].shape[:2]
    split = m * kept(net)
    basis = _basis(parts.rows[0], kept(net))
    rows = einsum("ikab,ikb->iab", basis, reduced[:split].reshape(m, -1, net.batch))
    vector = np.concatenate([rows.reshape(m * d, net.batch), reduced[split:]])
    _beside(parts, row, vector)
    return vector


def lift_neuron(net: Network, parts: Factors, who: Indices, local: FloatArray, row: FloatArray) -> FloatArray:
    """Return the same for a vector of one neuron (B,), its coordinates along (u, q/‖q‖, v) (3, B); L = 1."""
    (m, d), at = net.W[0].shape[:2], np.arange(net.batch)
    basis = _basis(parts.rows[0][who, :, :, at].transpose(1, 2, 0)[None], kept(net))[0]
    vector = np.zeros((m * d + m, net.batch))
    vector[who * d + np.arange(d)[:, None], at] = einsum("kab,kb->ab", basis, local[2 - kept(net) : 2])
    vector[m * d + who, at] = local[2]
    _beside(parts, row, vector)
    return vector


def _beside(parts: Factors, row: FloatArray, vector: FloatArray) -> None:
    """Write, where row ≥ 0, a unit vector of the complement of that row."""
    (outside,) = np.nonzero(row >= 0)
    if outside.size:
        who, d = row[outside].astype(np.int64), parts.q[0].shape[1]
        basis = _basis(parts.rows[0][who, :, :, outside].transpose(1, 2, 0)[None], 3)
        vector[:, outside] = 0.0
        vector[who * d + np.arange(d)[:, None], outside] = basis[0, 2]


def _basis(rows: FloatArray, count: int) -> FloatArray:
    """Return orthonormal vectors (i, count, d, B) of rows (i, 2, d, B): u, q/‖q‖, and one beside them.

    Of those of a plain network (i, 1, d, B), and for a count of 1, the first there is.
    """
    u = rows[:, -1:]
    basis = u if rows.shape[1] == 2 else _orthonormal(u[:, :0], u[:, 0])[:, None]
    for candidate in (rows[:, 0], np.zeros_like(rows[:, 0]))[: count - 1]:
        basis = np.concatenate([basis, _orthonormal(basis, candidate)[:, None]], axis=1)
    return basis


def _orthonormal(basis: FloatArray, candidate: FloatArray) -> FloatArray:
    """Return the normalised part of `candidate` orthogonal to `basis`, or of a coordinate axis if that is noise."""
    free = _project_out(basis, candidate)
    noise = row_lengths(free) <= 1e-8 * row_lengths(candidate)
    axis = np.argmin(einsum("ikab,ikab->iab", basis, basis), axis=1)
    unit = (np.arange(candidate.shape[1])[None, :, None] == axis[:, None]).astype(np.float64)
    free = np.where(noise[:, None], _project_out(basis, unit), free)
    free = _project_out(basis, free / row_lengths(free)[:, None])
    return free / row_lengths(free)[:, None]


def row_lengths(rows: FloatArray) -> FloatArray:
    """Return the length of every row, (m, k, B) → (m, B), also where its square is no number."""
    return lengths(np.sqrt(row_dots(rows, rows)), rows, axis=1)


def _project_out(basis: FloatArray, rows: FloatArray) -> FloatArray:
    return rows - einsum("ikab,ikb->iab", basis, einsum("ikab,iab->ikb", basis, rows))
