"""‖∇²_θ f‖_F in closed form: no block of the Hessian is written.

The block of rows (l,i,a) and columns (k,j,c), k < l, is e_ij[a]·q^k_j[c],
e_ij = K_ij q_i + (δ_i/r_i)(g_j − G_ij u_i),
g_j[a] = s_l φ′_{l-1}[a] G^{l-1,k}_{aj}. As ⟨u_i, q_i⟩ = 0 and ⟨u_i, g_j⟩ = G_ij,

    ‖e_ij‖² = K_ij²‖q_i‖² + 2K_ij (δ_i/r_i)⟨q_i, g_j⟩ + (δ_i/r_i)²(‖g_j‖² − G_ij²).

Diagonal blocks are K_ij q_i q_jᵀ, for i = j with −(δ/r)(q uᵀ + u qᵀ) − (δz/r²)(I − uuᵀ): in the basis (q/‖q‖, u, …)
the entries K‖q‖² − δz/r² and, twice, −(δ/r)‖q‖, and on the other k − 2 directions −δz/r². A plain network has no G
and no u in this.
"""

from __future__ import annotations

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.contractions import diagonal, dots, einsum, matmul, row_dots
from wnverify.engine.networks.factors import Factors


def frobenius(parts: Factors) -> FloatArray:
    """Return the Frobenius norms (B,) of the Hessians of f made of `parts`, not of those of a loss."""
    sizes = [row_dots(q, q) for q in parts.q]
    total = np.zeros(sizes[0].shape[-1])
    for layer, size in enumerate(sizes):
        total += _own(parts, layer, size)
        total += 2.0 * einsum("ijb,ijb,jb->b", parts.V[layer], parts.V[layer], size)
        for below in range(layer):
            total += 2.0 * dots(_coupling(parts, (layer, below), size), sizes[below])
    return np.sqrt(total)


def _own(parts: Factors, layer: int, size: FloatArray) -> FloatArray:
    """‖·‖_F² of a diagonal block, (B,)."""
    K = parts.K[layer]
    whole = einsum("ijb,ijb,ib,jb->b", K, K, size, size)
    if not parts.bend:
        return whole
    plain, bend, free = diagonal(K) * size, parts.bend[layer], parts.rows[layer].shape[2]
    if free == 1:  # q = 0, and I = uuᵀ
        return np.zeros(whole.shape)
    bent = -2.0 * plain * bend + (free - 1) * bend * bend + 2.0 * np.square(parts.ratio[layer]) * size
    return np.asarray(whole + bent.sum(axis=0))


def _coupling(parts: Factors, place: tuple[int, int], size: FloatArray) -> FloatArray:
    """Σ_i ‖e_ij‖², (m_k, B)."""
    layer, below = place
    left, ratio, reach = parts.left[layer][below], parts.ratio[layer][:, None], parts.reach[layer][below]
    q, K = parts.rows[layer][:, 0], left[:, 0]
    if below == layer - 1:  # G^{l-1,k} is the identity
        inner, length = q * reach[None], np.square(reach)
    else:
        inner, length = matmul(q, reach.swapaxes(0, 1)), row_dots(reach, reach)
    found = K * (K * size[:, None] + 2.0 * ratio * inner) + np.square(ratio) * length
    if parts.bend:
        found -= np.square(left[:, 1])
    return np.asarray(found.sum(axis=0))
