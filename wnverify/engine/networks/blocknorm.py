"""A cheap upper bound of ‖∇²_θ f‖₂ from block norms: in exact arithmetic never below it."""

from __future__ import annotations

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.contractions import eigvalsh, row_dots
from wnverify.engine.networks.factors import Factors, factors
from wnverify.engine.networks.network import Network, forward


def block_norm_upper(net: Network) -> FloatArray:
    """Return N ≥ ‖∇²_θ f‖₂, (B,): the spectral norm of the (L+1)×(L+1) matrix of bounds of the block norms.

    With n_i = ‖q_i‖, block (l, k) has norm at most ‖diag(n^l) K^{lk} diag(n^k)‖ (the q_i are in different rows)
    + [k<l] ‖δ/r‖₂·s_l·‖D_{l-1} G^{l-1,k} diag(n^k)‖ (its rows are projected by I − u_iu_iᵀ) + [k=l] max_i of
    |β_i|/2 + √(β_i²/4 + (δ_i n_i/r_i)²), β_i = δ_i z_i/r_i²; block (v, k) is κ D_L G^{Lk} diag(n^k). A matrix norm
    is bounded by the smaller of Frobenius and √(‖·‖₁‖·‖_∞).

    Raises:
        DomainError: the network has a zero row, a NaN or an infinity.
    """
    parts = factors(net, forward(net, 2))
    n = [np.sqrt(row_dots(q, q)) for q in parts.q]
    L = net.depth
    N = np.zeros((net.batch, L + 1, L + 1))
    for layer in range(L):
        for below in range(layer):
            N[:, layer, below] = N[:, below, layer] = _coupling_bound(parts, n, layer, below)
        N[:, layer, layer] = _bound(n[layer][:, None] * parts.K[layer] * n[layer])
        if parts.bend:
            N[:, layer, layer] += _curvature_bound(parts, n[layer], layer)
        N[:, L, layer] = N[:, layer, L] = _bound(parts.V[layer] * n[layer])
    return eigvalsh(N)[:, -1] * (1.0 + 1e-13)  # the factor covers the rounding of this sum


def _bound(A: FloatArray) -> FloatArray:
    """Return an upper bound of the 2-norms of A (m, k, B)."""
    size = np.abs(A)
    mixed = size.sum(axis=0).max(axis=0) * size.sum(axis=1).max(axis=0)
    bound: FloatArray = np.sqrt(np.minimum(mixed, np.square(size).sum(axis=(0, 1))))
    return bound


def _coupling_bound(parts: Factors, n: list[FloatArray], layer: int, below: int) -> FloatArray:
    through, reach = parts.left[layer][below][:, 0], parts.reach[layer][below]
    near = below == layer - 1
    far = np.max(np.abs(reach * n[below]), axis=0) if near else _bound(n[below][:, None] * reach)
    pull = np.sqrt(np.square(parts.ratio[layer]).sum(axis=0))
    bound: FloatArray = _bound(n[layer][:, None] * through * n[below]) + pull * far
    return bound


def _curvature_bound(parts: Factors, n: FloatArray, layer: int) -> FloatArray:
    half = 0.0 if parts.rows[layer].shape[2] == 1 else 0.5  # one column: I − uuᵀ = 0
    bend = half * parts.bend[layer]
    worst: FloatArray = np.max(np.abs(bend) + np.hypot(bend, parts.ratio[layer] * n), axis=0)
    return worst
