"""First derivatives of all outputs at all inputs, without a gradient ever being written down.

∂F_k/∂M^l = c_k αᵀ is of rank one, c_k = ∂F_k/∂z^l and α = α^{l−1}; so the inner products of the gradients of two
outputs follow from the states. With a = M̄α of unit rows, e = c_kᵀM̄, and q = cᵀM̄α, the stored arrays have

rows      ⟨∂_V F_k, ∂_V F_j⟩ = s²Σ_i c_ki c_ji g_i²(‖α‖² − a_i²)/‖V_i‖²,   ⟨∂_g, ∂_g⟩ = s²Σ_i c_ki c_ji a_i²
columns   s²Σ_i α_i² g_i²(⟨c_k, c_j⟩ − e_ki e_ji)/‖V_i‖²,                   s²Σ_i α_i² e_ki e_ji
whole     s²g²(⟨c_k, c_j⟩‖α‖² − q_k q_j)/‖V‖²,                               s²q_k q_j
plain     s²⟨c_k, c_j⟩‖α‖²

and ⟨∂_b, ∂_b⟩ = s²⟨c_k, c_j⟩. The largest eigenvalue of their sum is ‖∂F/∂θ‖₂², its diagonal ‖∂F_k/∂θ‖².
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.layered.network import CHUNK_NUMBERS, Forward, Layer, Layered, slices


@dataclass(frozen=True, eq=False)
class Firsts:
    """Values and first derivatives at n inputs; every Gram matrix is (n, K, K).

    Args:
        values: F, (n, K).
        states: ‖α⁰‖ = ‖x‖, …, ‖α^L‖, (n, L+1).
        into: of ∂F/∂x.
        kinds: of the gradients in hidden V, g and b, and in all that the output stores, by `V`, `g`, `b`, `out`.
        layers: ‖∂F/∂V^l‖₂² bounded by the trace, (n, layers): Σ_k‖∂F_k/∂V^l‖².
    """

    values: FloatArray
    states: FloatArray
    into: FloatArray
    kinds: dict[str, FloatArray]
    layers: FloatArray

    @property
    def whole(self) -> FloatArray:
        """Of the gradient in all that is stored."""
        return np.asarray(sum(self.kinds.values()))


def firsts(net: Layered, X: FloatArray, told: Callable[[int], None] = lambda _: None) -> Firsts:
    """All of it, in pieces that fit the memory.

    Args:
        net: the network.
        X: inputs (n, d).
        told: is called with the number of inputs that are done.
    """
    widest = max(net.sizes[1:]) * net.outputs + sum(net.sizes)
    step = max(1, CHUNK_NUMBERS // widest)
    parts = []
    for part in slices(X.shape[0], step):
        parts.append(_firsts(net, X[part]))
        told(min(part.stop, X.shape[0]))
    return _joined(parts)


def _joined(parts: list[Firsts]) -> Firsts:
    kinds = {kind: np.concatenate([part.kinds[kind] for part in parts]) for kind in parts[0].kinds}
    names = ("values", "states", "into", "layers")
    arrays = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    return Firsts(arrays["values"], arrays["states"], arrays["into"], kinds, arrays["layers"])


def backward(net: Layered, found: Forward) -> Iterator[tuple[int, FloatArray]]:
    """(l, ∂F/∂z^l) from the last layer to the first, (n, K, m_l)."""
    n, K = found.zs[-1].shape
    c = np.tile(np.eye(K), (n, 1, 1))
    for index in range(len(net.layers) - 1, -1, -1):
        yield index, c
        if index:
            slope = net.phi.jet(found.zs[index - 1], 1)[1]
            c = _times(c, net.layers[index].M) * slope[:, None, :]


def _firsts(net: Layered, X: FloatArray) -> Firsts:
    found = net.forward(X)
    states = found.norms
    K, last = net.outputs, len(net.layers) - 1
    kinds = {kind: np.zeros((X.shape[0], K, K)) for kind in ("V", "g", "b", "out")}
    traces = np.zeros((X.shape[0], last + 1))
    c = np.empty(0)
    for index, c in backward(net, found):
        grams = _layer(net.layers[index], found.alphas[index], states[:, index], c)
        traces[:, index] = np.trace(grams["V"], axis1=1, axis2=2)
        for kind, gram in grams.items():
            kinds["out" if index == last else kind] += gram
    first = net.layers[0].M
    into = _times(c, first if net.sizes[0] <= net.sizes[1] else _root(first))
    return Firsts(found.zs[-1], states, _gram(into), kinds, traces)


def _times(c: FloatArray, M: FloatArray) -> FloatArray:
    """c M as one product of matrices, which is many times as fast as one an input."""
    n, K, m = c.shape
    return np.asarray(c.reshape(n * K, m) @ M).reshape(n, K, M.shape[1])


def _root(M: FloatArray) -> FloatArray:
    """R with RRᵀ = MMᵀ, no wider than it is high."""
    return np.asarray(np.linalg.qr(M.T, mode="r")).T


def _gram(c: FloatArray) -> FloatArray:
    return np.asarray(c @ np.swapaxes(c, 1, 2))


def _weighted(c: FloatArray, weights: FloatArray) -> FloatArray:
    return np.asarray((c * weights[:, None, :]) @ np.swapaxes(c, 1, 2))


def _layer(layer: Layer, alpha: FloatArray, size: FloatArray, c: FloatArray) -> dict[str, FloatArray]:
    """Gram matrices of the gradients in V, and in g and b if they are stored, at each input."""
    found = dict(_stored(layer, alpha, size[:, None, None] ** 2, c))
    if layer.b is not None:
        found["b"] = _gram(c)
    kept = {kind: array * layer.s**2 for kind, array in found.items()}
    if layer.g is None:
        kept.pop("g", None)
    return kept


def _stored(layer: Layer, alpha: FloatArray, square: FloatArray, c: FloatArray) -> Iterator[tuple[str, FloatArray]]:
    if layer.rule == "plain":
        yield "V", _gram(c) * square
        return
    if layer.rule == "rows":
        a = alpha @ layer.unit.T
        across = np.maximum(square[:, 0] - a * a, 0.0)
        yield "V", _weighted(c, across * ((layer.gains / layer.norms) ** 2)[:, 0])
        yield "g", _weighted(c, a * a)
        return
    if layer.rule == "columns":
        e, weights = _times(c, layer.unit), alpha * alpha
        turn = weights * ((layer.gains / layer.norms) ** 2)[0]
        yield "V", _gram(c) * np.sum(turn, axis=1)[:, None, None] - _weighted(e, turn)
        yield "g", _weighted(e, weights)
        return
    q = np.einsum("nkm,nm->nk", c, alpha @ layer.unit.T)
    along = q[:, :, None] * q[:, None, :]
    yield "V", (_gram(c) * square - along) * float((layer.gains / layer.norms)[0, 0]) ** 2
    yield "g", along


def largest(gram: FloatArray) -> FloatArray:
    """The root of the largest eigenvalue, (n,): the norm of a Jacobian from its Gram matrices."""
    if gram.shape[1] == 1:
        return np.sqrt(np.maximum(gram[:, 0, 0], 0.0))
    return np.sqrt(np.maximum(np.linalg.eigvalsh(gram)[:, -1], 0.0))


def each(gram: FloatArray) -> FloatArray:
    """The norm for each output alone, (n, K)."""
    return np.sqrt(np.maximum(np.diagonal(gram, axis1=1, axis2=2), 0.0))
