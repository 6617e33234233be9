"""The exact reduction of the first layer: every row W_i ∈ R^d counts with two coordinates instead of d.

First-layer rows enter all other blocks of the Hessian through q_i alone, and their own block is
K_ii q qᵀ − (δ_i/r_i)(q uᵀ + u qᵀ) − (δ_i z_i/r_i²)(I − uuᵀ). So H maps the span of u_i and q_i (and everything
above) into itself, and on the complement of that span in row i it is −(δ_i z_i/r_i²)·I. For a plain network q_i
alone is kept, and the complement is the kernel. With d = 1 and normalised rows q_i = 0 and nothing is reduced.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.contractions import einsum, lengths, row_dots
from wnverify.engine.networks.factors import Factors
from wnverify.engine.networks.network import Network, parameters


def kept(net: Network) -> int:
    """Return the coordinates kept of each first-layer row: 2, or 1 for a plain network or d = 1."""
    return min(net.widths[0], 2) if net.normalised else 1


def reduced_size(net: Network) -> int:
    """Return the size of the reduced Hessian."""
    d, width = net.widths[:2]
    return parameters(net) - width * (d - kept(net))


def reduce_first(net: Network, parts: Factors) -> Factors:
    """Rewrite the first layer in the orthonormal coordinates (u_i, q_i/‖q_i‖) of each row, or q_i/‖q_i‖ alone."""
    size = row_lengths(parts.q[0])
    if net.normalised and net.x.shape[0] == 1:
        return parts
    rows = np.zeros((size.shape[0], kept(net), kept(net), *size.shape[1:]))
    if net.normalised:
        rows[:, 0, 1] = size
        rows[:, 1, 0] = 1.0
    else:
        rows[:, 0, 0] = size
    return replace(parts, rows=(rows, *parts.rows[1:]))


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
    m, d = net.W[0].shape[:2]
    basis = _basis(net, parts)
    split = m * kept(net)
    rows = einsum("ikab,ikb->iab", basis[:, : kept(net)], reduced[:split].reshape(m, -1, net.batch))
    vector = np.concatenate([rows.reshape(m * d, net.batch), reduced[split:]])
    (outside,) = np.nonzero(row >= 0)
    if outside.size:
        who = row[outside].astype(np.int64)
        vector[:, outside] = 0.0
        vector[who[:, None] * d + np.arange(d), outside[:, None]] = basis[who, 2, :, outside]
    return vector


def _basis(net: Network, parts: Factors) -> FloatArray:
    """Return orthonormal vectors (m, k, d, B) of every row: u, q/‖q‖ and one of the complement, as far as d goes."""
    q = parts.q[0]
    candidates = [q] if not net.normalised else [parts.rows[0][:, 1], q, np.zeros_like(q)]
    basis = np.zeros((q.shape[0], 0, *q.shape[1:]))
    for candidate in candidates[: q.shape[1]]:
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
