"""The pieces of the Hessian by autograd, one network at a time: each sum is the Hessian of a function of its own.

With what it does not differentiate held fixed, the first sum of `pieces` is the Hessian of Σ_l ⟨c^l, s Ū(W)α^{l−1}⟩,
the second that of Σ_l ⟨c^l, s(Ū(W) − Ū)(α^{l−1}(W) − α^{l−1})⟩, the third that of ½ Σ_l ⟨b^l φ″, (z^l(W) − z^l)²⟩.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import autograd
import autograd.numpy as anp
import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.networks.autodiff import ACTIVATIONS, Vector
from wnverify.engine.networks.network import Network

SMALL = 1e-60
"""Below this squares soon have no digits."""


@dataclass(frozen=True)
class Pieces:
    """What autograd finds of one network.

    Attributes:
        own: the first sum, (p, p) in the hidden weights.
        cross: the second.
        bent: the third, over 4^small.
        small: which is 0 where ∂z/∂W is of ordinary size.
        alpha: α^0, …, α^L.
        b: ∂f/∂α^l of every layer.
        c: ∂f/∂z^l of every layer.
        slopes: φ′(z^l) of every layer.
        rows: the normalised rows of every layer.
    """

    own: FloatArray
    cross: FloatArray
    bent: FloatArray
    small: int
    alpha: list[FloatArray]
    b: list[FloatArray]
    c: list[FloatArray]
    slopes: list[FloatArray]
    rows: list[FloatArray]


def oracle_pieces(net: Network, index: int = 0) -> Pieces:
    """Return the pieces of one instance."""
    W = np.concatenate([np.ravel(rows[..., index]) for rows in net.W])
    alpha, z = _forward(net, index, W, _zeros(net), _zeros(net))
    b = [_by_offset(net, index, W, layer, after=True) for layer in range(net.depth)]
    c = [_by_offset(net, index, W, layer, after=False) for layer in range(net.depth)]
    own = np.asarray(autograd.hessian(lambda w: _linear(net, w, c, alpha))(W))
    first = autograd.elementwise_grad(ACTIVATIONS[net.activation.name])
    second = autograd.elementwise_grad(lambda at: first(at) + 0.0 * at)  # it warns of what does not depend on z
    bends = np.concatenate([part * second(np.asarray(at)) for part, at in zip(b, z, strict=True)])
    J = np.asarray(
        autograd.jacobian(lambda w: anp.concatenate(_forward(net, index, w, _zeros(net), _zeros(net))[1]))(W)
    )
    small = int(np.frexp(top)[1]) if 0 < (top := np.abs(J).max()) < SMALL else 0
    J = np.ldexp(J, -small)
    bent = J.T @ (bends[:, None] * J)
    cross = np.asarray(autograd.hessian(lambda w: _bilinear(net, index, w, (c, alpha, _rows(net, W))))(W))
    rows, slopes = [np.asarray(part) for part in _rows(net, W)], [np.asarray(first(np.asarray(at))) for at in z]
    return Pieces(own, cross, bent, small, [np.asarray(part) for part in alpha], b, c, slopes, rows)


def _zeros(net: Network) -> list[FloatArray]:
    return [np.zeros(rows.shape[0]) for rows in net.W]


def _rows(net: Network, W: Vector) -> list[Vector]:
    found, start = [], 0
    for rows in net.W:
        m, k = rows.shape[:2]
        w = anp.reshape(W[start : start + m * k], (m, k))
        turns = k > 1  # a row of one number only has a sign, and a derivative of rounding may be huge out of range
        found.append(w / anp.sqrt(anp.sum(w * w, axis=1, keepdims=True)) if turns else anp.sign(w) + 0.0 * w)
        start += m * k
    return found


def _fan(net: Network, rows: Vector) -> float:
    return math.sqrt(rows.shape[0] if net.scaling == "fan_out" else rows.shape[1])


def _forward(
    net: Network, index: int, W: Vector, before: list[Vector], after: list[Vector]
) -> tuple[list[Vector], list[Vector]]:
    """α^0, …, α^L and z^1, …, z^L, with something added to every z^l and to every α^l."""
    phi, alpha, z = ACTIVATIONS[net.activation.name], [net.x[:, index]], []
    for rows, early, late in zip(_rows(net, W), before, after, strict=True):
        z.append(anp.dot(rows, alpha[-1]) / _fan(net, rows) + early)
        alpha.append(phi(z[-1]) + late)
    return alpha, z


def _by_offset(net: Network, index: int, W: FloatArray, layer: int, *, after: bool) -> FloatArray:
    """∂f/∂α^l, or ∂f/∂z^l."""
    v = net.v[:, index] / (1.0 if net.scaling == "fan_out" else math.sqrt(net.v.shape[0]))

    def value(offset: Vector) -> Vector:
        moved: list[Vector] = _zeros(net)
        moved[layer] = offset
        ends = (_zeros(net), moved) if after else (moved, _zeros(net))
        return anp.dot(v, _forward(net, index, W, *ends)[0][-1])

    return np.asarray(autograd.grad(value)(np.zeros(net.W[layer].shape[0])))


def _linear(net: Network, W: Vector, c: list[FloatArray], alpha: list[Vector]) -> Vector:
    """Σ_l ⟨c^l, s Ū(W)α^{l−1}⟩ with c and α fixed."""
    layers = zip(_rows(net, W), c, alpha, strict=False)
    terms = [anp.dot(slopes, anp.dot(rows, below)) / _fan(net, rows) for rows, slopes, below in layers]
    return sum(terms) + 0.0 * anp.dot(W, W)


def _bilinear(
    net: Network, index: int, W: Vector, at: tuple[list[FloatArray], list[FloatArray], list[FloatArray]]
) -> Vector:
    """Σ_l ⟨c^l, s(Ū(W) − Ū)(α^{l−1}(W) − α^{l−1})⟩; autograd warns of what does not depend on W."""
    alpha, _ = _forward(net, index, W, _zeros(net), _zeros(net))
    layers = zip(_rows(net, W), alpha, *at, strict=False)
    terms = [anp.dot(c, anp.dot(u - there, a - known)) / _fan(net, u) for u, a, c, known, there in layers]
    return sum(terms) + 0.0 * anp.dot(W, W)
