"""The factors of the exact Hessian in θ = (W^1, …, W^L, v).

Notation: U^l unit rows, r_i row norms, q_i = ∂z_i/∂W_i = s(α − ⟨u_i,α⟩u_i)/r_i, D_l = diag φ′(z^l),
b^l = ∂f/∂α^l, δ^l = b^l φ′(z^l), A^l = s_l U^l D_{l-1}, G^{lk} = A^l ⋯ A^{k+1} = ∂z^l/∂z^k,
K^{ll} = diag(b^l φ″) + A^{(l+1)T} K^{l+1,l+1} A^{l+1} = ∂²f/∂z^l², K^{lk} = K^{ll} G^{lk}.
The block of rows (l,i,a) and columns (k,j,c), k ≤ l, is E[i,a,j]·q^k_j[c] with

    E = K^{lk}_{ij} q^l_i[a] + [k<l](δ_i/r_i)(s_l φ′_{l-1}[a] G^{l-1,k}_{aj} − u_i[a] G^{lk}_{ij}):

differentiate ∂f/∂W^l_i = δ_i s(α − ⟨u_i,α⟩u_i)/r_i through δ_i (first term), α (second) and z_i = s⟨u_i,α⟩
(third). Diagonal blocks also get −(δ_i/r_i)(q uᵀ + u qᵀ) − (δ_i z_i/r_i²)(I − uuᵀ) for i = j, from u_i and r_i.
Rows v_i: κ φ′_L[i] G^{Lk}_{ij} q^k_j[c]; (v, v) = 0.

For F(f) with F′, F″ given (a loss) nothing changes but the top: ∂²F/∂z^{L2} = F′K^{LL} + F″δδᵀ, δ becomes F′δ,
rows v_i: F′κφ′_L[i]G^{Lk}_{ij} + F″κα_i^L δ^k_j, and (v, v) = F″κ²ααᵀ. So the Gauss–Newton term costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.contractions import diagonal, matmul, outer, vecmat
from wnverify.engine.networks.network import Network, Tape

Rows = tuple[FloatArray, ...]


@dataclass(frozen=True)
class Outer:
    """F′ and F″ of a function F of the output, at f: arrays of the shape of the value."""

    first: FloatArray
    second: FloatArray


@dataclass(frozen=True)
class Factors:
    """Everything the blocks are made of, indexed by layer from 0.

    Attributes:
        rows: q and u side by side, (m_l, 2, k_l, …); q alone, (m_l, 1, k_l, …), for a plain network.
        ratio: δ/r (m_l, …).
        bend: δz/r² (m_l, …); empty for a plain network, which has no curvature of its own.
        K: ∂²F/∂z^l² (m_l, m_l, …).
        left: left[l][k] for k < l: K^{lk} and −(δ/r)G^{lk} side by side as `rows` are, (m_l, 2, m_k, …).
        reach: reach[l][k] for k < l: (s_l φ′_{l-1} G^{l-1,k})ᵀ, (m_k, m_{l-1}, …), or for k = l−1 its diagonal.
        V: V[k], the coefficients of the rows v: (m_L, m_k, …).
        corner: the block (v, v), (m_L, m_L, B), or None for zero.
    """

    rows: Rows
    ratio: Rows
    bend: Rows
    K: Rows
    left: tuple[Rows, ...]
    reach: tuple[Rows, ...]
    V: Rows
    corner: FloatArray | None

    @property
    def separate_top(self) -> bool:
        """Whether the neurons of the last layer meet in no second derivative: K and V of that layer are diagonal."""
        return self.corner is None

    @property
    def q(self) -> Rows:
        """Return ∂z/∂W of every layer, (m_l, k_l, …)."""
        return tuple(pair[:, 0] for pair in self.rows)


def factors(net: Network, tape: Tape, loss: Outer | None = None) -> Factors:
    """Return the factors of the Hessian of f, or of F(f) for a given `loss`."""
    lower = (tape.alpha[0], *(s * phi[0] for s, phi in zip(tape.s[1:], tape.phi, strict=False)))
    A = (tape.u[0], *(u * side[None] for u, side in zip(tape.u[1:], lower[1:], strict=True)))
    K, delta = _curvature(net, tape, loss, A)
    G = _jacobians(A)
    rows = tuple(_rows(net, tape, layer) for layer in range(net.depth))
    ratio = tuple(d / r for d, r in zip(delta, tape.r, strict=True))
    bend = tuple(c * z / r for c, z, r in zip(ratio, tape.z, tape.r, strict=True)) if net.normalised else ()
    left, reach = _couplings(net, (K, G, ratio, lower))
    V, corner = _output_rows(net, tape, loss, G)
    return Factors(rows, ratio, bend, K, left, reach, V, corner)


def convert(parts: Factors, change: Callable[[FloatArray], FloatArray]) -> Factors:
    """Apply `change` to every array."""

    def each(arrays: Rows) -> Rows:
        return tuple(change(array) for array in arrays)

    left, reach = (tuple(each(level) for level in nested) for nested in (parts.left, parts.reach))
    corner = None if parts.corner is None else change(parts.corner)
    flat = (each(arrays) for arrays in (parts.rows, parts.ratio, parts.bend, parts.K))
    rows, ratio, bend, K = flat
    return Factors(rows, ratio, bend, K, left, reach, each(parts.V), corner)


def select(parts: Factors, index: int) -> Factors:
    """Return the factors of one instance, as views with a batch of one."""
    return convert(parts, lambda array: array[..., index : index + 1])


def _couplings(
    net: Network, given: tuple[Rows, tuple[Rows, ...], Rows, Rows]
) -> tuple[tuple[Rows, ...], tuple[Rows, ...]]:
    K, G, ratio, lower = given
    left: list[Rows] = []
    reach: list[Rows] = []
    for layer in range(net.depth):
        pairs = []
        for jacobian in G[layer]:
            pair = np.empty((jacobian.shape[0], 2 if net.normalised else 1, *jacobian.shape[1:]))
            pair[:, 0] = matmul(K[layer], jacobian)
            if net.normalised:
                np.multiply(-ratio[layer][:, None], jacobian, out=pair[:, 1])
            pairs.append(pair)
        above = G[layer - 1][: layer - 1] if layer else ()
        far = [(lower[layer][:, None] * jacobian).swapaxes(0, 1) for jacobian in above]
        left.append(tuple(pairs))
        reach.append((*far, lower[layer]) if layer else ())
    return tuple(left), tuple(reach)


def _rows(net: Network, tape: Tape, layer: int) -> FloatArray:
    u, alpha = tape.u[layer], tape.alpha[layer]
    if not net.normalised:
        return np.repeat((tape.s[layer] * alpha)[None, None], u.shape[0], axis=0)
    rows = np.empty((u.shape[0], 2, *alpha.shape))
    q = rows[:, 0]
    np.multiply(tape.z[layer][:, None], u, out=q)
    np.subtract(tape.s[layer] * alpha, q, out=q)
    q /= tape.r[layer][:, None]
    rows[:, 1] = u
    return rows


def _curvature(net: Network, tape: Tape, loss: Outer | None, A: Rows) -> tuple[Rows, Rows]:
    """Return K^{ll} and δ^l of every layer."""
    b = tape.kappa * (net.v if loss is None else loss.first * net.v)
    K: list[FloatArray] = []
    delta: list[FloatArray] = []
    for layer in reversed(range(net.depth)):
        first, second = tape.phi[layer][:2]
        total = _congruence(K[-1], A[layer + 1]) if K else _top(net, tape, loss)
        diagonal(total)[...] += b * second
        K.append(total)
        delta.append(b * first)
        b = vecmat(tape.s[layer] * delta[-1], tape.u[layer])
    return tuple(reversed(K)), tuple(reversed(delta))


def _congruence(K: FloatArray, A: FloatArray) -> FloatArray:
    return matmul(A.swapaxes(0, 1), matmul(K, A))


def _top(net: Network, tape: Tape, loss: Outer | None) -> FloatArray:
    """Return F″δδᵀ of the last layer, or zeros."""
    slopes = tape.phi[-1][0]
    if loss is None:
        return np.zeros((slopes.shape[0], *slopes.shape))
    delta = tape.kappa * net.v * slopes
    return (loss.second * delta)[:, None] * delta[None]


def _jacobians(A: Rows) -> tuple[Rows, ...]:
    G: list[Rows] = [()]
    for layer in range(1, len(A)):
        below = [matmul(A[layer], G[layer - 1][k]) for k in range(layer - 1)]
        G.append((*below, A[layer]))
    return tuple(G)


def _output_rows(net: Network, tape: Tape, loss: Outer | None, G: tuple[Rows, ...]) -> tuple[Rows, FloatArray | None]:
    slopes = tape.kappa * tape.phi[-1][0]
    scaled = slopes if loss is None else loss.first * slopes
    last = np.zeros((slopes.shape[0], *slopes.shape))
    diagonal(last)[...] = scaled
    V = [*(scaled[:, None] * jacobian for jacobian in G[-1]), last]
    if loss is None:
        return tuple(V), None
    top = slopes * net.v
    alpha = tape.kappa * tape.alpha[-1]
    push = [*(vecmat(top, jacobian) for jacobian in G[-1]), top]
    V = [rows + (loss.second * alpha)[:, None] * delta[None] for rows, delta in zip(V, push, strict=True)]
    corner = outer(loss.second * alpha, alpha)
    return tuple(V), corner if corner.ndim == 3 else corner[:, :, 0]
