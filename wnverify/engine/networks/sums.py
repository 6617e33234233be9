"""Derivatives of Σ_k w_k D²F[u_k, u_k] with the directions u_k and the weights w_k held fixed, F = f or a loss.

So are those of functions of the Hessian: ∂tr H is that with an orthonormal basis and w = 1; ∂‖H‖_F = ⟨H, ∂H⟩/‖H‖_F
that with the eigenvectors and w_k = λ_k/‖H‖_F. Each direction costs one jet; they lie side by side in the batch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.networks.jets import jet_gradient
from wnverify.engine.networks.loss import Regression, loss_jet_gradient
from wnverify.engine.networks.network import Direction, Network, unflatten

MOST_VALUES = 500_000
"""Numbers of directions that are followed at once."""


def summed_bends(net: Network, vectors: FloatArray, weights: FloatArray) -> Direction:
    """Return ∂/∂(W, v, x) of Σ_k w_k D²f[u_k, u_k]; u (p, k, B), w (k, B).

    >>> from wnverify.engine.activations import activation
    >>> one = np.ones((1, 1))
    >>> net = Network((one[None],), 3.0 * one, one, activation("sin"), normalised=False)
    >>> bool(np.isclose(summed_bends(net, np.array([[[1.0]], [[0.0]]]), one).v[0, 0], -np.sin(1.0)))  # ∂(−v sin w)/∂v
    True
    """
    found = [
        jet_gradient(tiled, unflatten(tiled, u), (0.0, 0.0, w))
        for tiled, u, w in _side_by_side(net, vectors, weights)
    ]
    W = tuple(_summed(parts, net.batch) for parts in zip(*(each.W for each in found), strict=True))
    return Direction(
        W, _summed([each.v for each in found], net.batch), _summed([each.x for each in found], net.batch)
    )


def summed_loss_bends(reg: Regression, vectors: FloatArray, weights: FloatArray) -> tuple[Direction, FloatArray]:
    """Return the same of Σ_k w_k D²𝓛[u_k, u_k] in (W, v, X), and in y (n, B).

    Raises:
        UsageError: the loss is not the square.
    """
    found, of_targets = [], []
    for tiled, u, w in _side_by_side(reg.net, vectors, weights):
        problem = replace(reg, net=tiled, y=_tiled(reg.y, w.size // reg.net.batch))
        direction, y = loss_jet_gradient(problem, unflatten(tiled, u), (0.0, 0.0, w))
        found.append(direction)
        of_targets.append(y)
    return _together(found, reg.net.batch), _summed(of_targets, reg.net.batch)


def _side_by_side(
    net: Network, vectors: FloatArray, weights: FloatArray
) -> Iterator[tuple[Network, FloatArray, FloatArray]]:
    """Some directions at a time: the network repeated, the directions (p, kB) and their weights (kB,)."""
    p, count, batch = vectors.shape
    step = max(1, MOST_VALUES // (p * batch))
    for start in range(0, max(count, 1), step):  # at least once, with no direction if there is none
        u, w = vectors[:, start : start + step], weights[start : start + step]
        copies = u.shape[1]
        W = tuple(_tiled(rows, copies) for rows in net.W)
        tiled = replace(net, W=W, v=_tiled(net.v, copies), x=_tiled(net.x, copies))
        yield tiled, u.reshape(p, -1), np.asarray(w).reshape(-1)


def _tiled(array: FloatArray, copies: int) -> FloatArray:
    """Copies of the batch, one after the other."""
    return np.tile(array, (*(1,) * (array.ndim - 1), copies))


def _together(found: Sequence[Direction], batch: int) -> Direction:
    """All copies summed."""
    W = tuple(_summed(parts, batch) for parts in zip(*(each.W for each in found), strict=True))
    return Direction(W, _summed([each.v for each in found], batch), _summed([each.x for each in found], batch))


def _summed(parts: Sequence[FloatArray], batch: int) -> FloatArray:
    """The copies summed, (…, kB) → (…, B)."""
    return np.asarray(sum(part.reshape(*part.shape[:-1], -1, batch).sum(axis=-2) for part in parts))
