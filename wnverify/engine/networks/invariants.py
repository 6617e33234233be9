"""The trace and the Frobenius norm of ∇²_θ f from the factors of its blocks, without the p × p matrix.

With q, u, K, δ, z and r of `factors.py`, row i of a layer of k inputs contributes to the trace

    K_ii‖q_i‖² − (k − 1)δ_i z_i/r_i²,

since q_i ⟂ u_i; of a plain network K_ii‖q_i‖². A block off the diagonal is e qᵀ row by row, so that its Frobenius
norm is ‖e‖‖q‖; e is formed, m_l·m_{l-1} numbers for every column j: `frobenius.py` expands ‖e‖² besides, which is
quicker and loses half of the digits where e cancels.
"""

from __future__ import annotations

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.contractions import diagonal, dots, einsum, lengths, row_dots, sum_samples
from wnverify.engine.networks.extremes import Tamed, times
from wnverify.engine.networks.factors import Factors, Rows
from wnverify.engine.networks.hessian import coupling, hessian, piecewise, workspace
from wnverify.engine.networks.network import Network
from wnverify.engine.networks.spectral import factors_in_range


def trace(net: Network) -> FloatArray:
    """Return tr ∇²_θ f, (B,).

    >>> from wnverify.engine.activations import activation
    >>> W, one = np.ones((1, 2, 1)), np.ones((1, 1))
    >>> trace(Network((W,), one, np.ones((2, 1)), activation("identity"))).round(12)
    array([-0.70710678])

    Raises:
        DomainError: the network has a zero row, a NaN or an infinity.
    """
    return piecewise(net, _trace)


def _trace(net: Network) -> FloatArray:
    net, parts, tame = factors_in_range(net)
    return brought_back(parts, tame)


def brought_back(parts: Factors, tame: Tamed | None, degree: int = 1) -> FloatArray:
    """Return the trace, (B,), with every row brought back where the network was not in range.

    Args:
        parts: of the network in range.
        tame: what leads back.
        degree: of the function in v: 1 for f, 2 for a loss.
    """
    layers = row_traces(parts)
    if tame is not None:
        twice = tame.output if degree == 1 else 2 * tame.output
        layers = tuple(times(part, twice - 2 * k) for part, k in zip(layers, tame.rows, strict=True))
    total = np.asarray(sum(part.reshape(-1, part.shape[-1]).sum(axis=0) for part in layers))
    if parts.corner is not None:
        total = total + diagonal(parts.corner).sum(axis=0)
    return total if tame is None else tame.known(total)


def row_traces(parts: Factors) -> Rows:
    """Return the trace of every row's own block, per layer (m_l, B), or (m_l, 1, B) summed over a sample axis."""
    found = []
    for layer, q in enumerate(parts.q):
        own = diagonal(parts.K[layer]) * row_dots(q, q)
        if parts.bend:
            own = own - (q.shape[1] - 1) * parts.bend[layer]
        found.append(sum_samples(own))
    return tuple(found)


def frobenius_norm(net: Network) -> FloatArray:
    """Return ‖∇²_θ f‖_F, (B,).

    >>> from wnverify.engine.activations import activation
    >>> W, one = np.ones((1, 2, 1)), np.ones((1, 1))
    >>> frobenius_norm(Network((W,), one, np.array([[1.0], [-1.0]]), activation("identity"))).round(12)
    array([1.73205081])

    Raises:
        DomainError: the network has a zero row, a NaN or an infinity.
    """
    return piecewise(net, _frobenius_norm)


def _frobenius_norm(net: Network) -> FloatArray:
    near, parts, tame = factors_in_range(net)
    if tame is None:
        return _of_blocks(parts)
    return matrix_frobenius(tame.matrix(hessian(near, layout="first")))


def matrix_frobenius(H: FloatArray) -> FloatArray:
    """Return ‖H‖_F, (B, p, p) → (B,)."""
    return lengths(np.sqrt(einsum("bij,bij->b", H, H)), H, axis=(1, 2))


def _of_blocks(parts: Factors) -> FloatArray:
    sizes = [row_dots(q, q) for q in parts.q]
    work, total = workspace(parts, first=False), np.zeros(sizes[0].shape[-1])
    for layer, size in enumerate(sizes):
        total += _own(parts, layer, size)
        total += 2.0 * einsum("ijb,ijb,jb->b", parts.V[layer], parts.V[layer], size)
        for below in range(layer):
            E = coupling(parts, work, layer, below)
            total += 2.0 * dots(einsum("jiab,jiab->jb", E, E), sizes[below])
    return np.sqrt(total)


def _own(parts: Factors, layer: int, size: FloatArray) -> FloatArray:
    """‖·‖_F² of a diagonal block: K_ij q_i q_jᵀ, and for i = j in the basis (q/‖q‖, u, …) of row i."""
    K = parts.K[layer]
    plain = diagonal(K) * size
    apart = K * (1.0 - np.eye(K.shape[0]))[:, :, None]
    off = einsum("ijb,ijb,ib,jb->b", apart, apart, size, size)
    if not parts.bend:
        return np.asarray(off + np.square(plain).sum(axis=0))
    bend, inputs = parts.bend[layer], parts.rows[layer].shape[2]
    if inputs == 1:  # q = 0, and I = uuᵀ
        return off
    turn = 2.0 * np.square(parts.ratio[layer]) * size
    own = np.square(plain - bend) + turn + (inputs - 2) * np.square(bend)
    return np.asarray(off + own.sum(axis=0))
