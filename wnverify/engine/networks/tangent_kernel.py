"""The tangent kernel Θ_st = ⟨∇_θ f(x_s), ∇_θ f(x_t)⟩ of networks on n samples, by its root: the n × p gradients.

Its least eigenvalue is the square of the n-th singular value of that matrix, so that no digit is lost in a product;
for n > p it is 0. With u the left singular vector and g = Σ_s u_s ∇f_s, ∂λ = ∂‖g‖² = 2 Σ_s u_s ∂⟨∇f_s, g⟩ with u
and g held fixed.
"""

from __future__ import annotations

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.contractions import singular_values
from wnverify.engine.networks.derivatives import gradient, pullback1, tangent
from wnverify.engine.networks.extremes import tamed
from wnverify.engine.networks.network import Direction, Network, flatten, forward, parameters, take, unflatten

MOST_VALUES = 2_000_000
"""Numbers of gradients that are held at once."""


def singly(net: Network) -> Network:
    """Return the networks of a sample axis as one batch of n·B networks, the samples one after the other."""
    n, batch = net.x.shape[1:]
    W = tuple(np.broadcast_to(rows, (*rows.shape[:2], n, batch)).reshape(*rows.shape[:2], -1) for rows in net.W)
    v = np.broadcast_to(net.v, (net.v.shape[0], n, batch)).reshape(net.v.shape[0], -1)
    return Network(W, v, net.x.reshape(net.x.shape[0], -1), net.activation, net.scaling, net.normalised)


def sample_gradients(net: Network) -> FloatArray:
    """Return ∇_θ f at every sample, (B, n, p).

    >>> from wnverify.engine.activations import activation
    >>> one, x = np.ones((1, 1, 1)), np.array([[[2.0], [5.0]]])
    >>> sample_gradients(Network((one[..., None],), 3.0 * one, x, activation("identity"), normalised=False))
    array([[[ 6.,  2.],
            [15.,  5.]]])

    Raises:
        DomainError: a zero row, a NaN or an infinity.
    """
    flat = singly(net)
    tape = forward(flat)
    tame = tamed(flat, tape)
    return by_sample(gradient(flat, tape) if tame is None else tame.gradient(gradient(tame.net)), net)


def by_sample(found: Direction, net: Network) -> FloatArray:
    """The gradients of `singly(net)` as matrices, (B, n, p)."""
    rows = flatten(found).reshape(parameters(net), *net.x.shape[1:])
    return np.ascontiguousarray(rows.transpose(2, 1, 0))


def least_kernel(net: Network) -> FloatArray:
    """Return the least eigenvalue of Θ, (B,).

    >>> from wnverify.engine.activations import activation
    >>> one, x = np.ones((1, 1, 1)), np.array([[[2.0]]])
    >>> least_kernel(Network((one[..., None],), 3.0 * one, x, activation("identity"), normalised=False)).round(12)
    array([40.])

    Raises:
        DomainError: a zero row, a NaN or an infinity.
    """
    n, step = net.x.shape[1], max(1, MOST_VALUES // (parameters(net) * net.x.shape[1]))
    if n > parameters(net):
        return np.zeros(net.batch)
    pieces = (take(net, slice(start, start + step)) for start in range(0, net.batch, step))
    return np.concatenate([least_square(sample_gradients(piece)) for piece in pieces])


def least_square(gradients: FloatArray) -> FloatArray:
    """Return λ_min(JJᵀ), (B, n, p) → (B,), exactly 0 for n > p."""
    n, p = gradients.shape[1:]
    return np.zeros(gradients.shape[0]) if n > p else np.square(singular_values(gradients)[:, n - 1])


def least_kernel_slope(net: Network) -> Direction:
    """Return the derivative of the least eigenvalue in (W, v, X), of networks in range; zero for n > p."""
    n = net.x.shape[1]
    left = np.linalg.svd(sample_gradients(net), full_matrices=False)[0]
    if n > parameters(net):
        return Direction(tuple(map(np.zeros_like, net.W)), np.zeros_like(net.v), np.zeros_like(net.x))
    u = np.ascontiguousarray(left[:, :, n - 1].T)
    g = unflatten(net, np.einsum("bnp,nb->pb", sample_gradients(net), u))
    tape = forward(net, 2)
    return pullback1(net, g, (tape, tangent(net, g, tape)), (np.zeros_like(u), 2.0 * u))
