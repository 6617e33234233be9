"""Homogeneous networks of nodes with weight vectors, and how they move under three parametrisations.

A network is a list of layers; a layer is an array (k, p, B) of k nodes with weights w_u in R^p. Its output is
homogeneous of degree d_l in the weights of layer l. Nets, for inputs `x` (n, k, d, B):

- `block_linear`  f = Σ_u ⟨w_u, x_u⟩, one layer of degree 1;
- `relu`, `squared_relu`  f = Σ_u a_u max(⟨w_u, x_1⟩, 0)^p, a hidden layer of degree p = 1, 2 and one output node;
- `deep_linear`  f = aᵀW₂W₁x_1, every row a node, and one output node.

Standard weight normalization (SWN) has w = γ v/‖v‖, exponential (EWN) w = e^α v/‖v‖ (Morwani & Ramaswamy,
arXiv:2010.12909). Axes: `n` samples, `B` instances (last).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import scipy

from wnverify.arrays import FloatArray

Layers = list[FloatArray]
"""One array (k, p, B) a layer."""


@dataclass(frozen=True)
class Net:
    """A kind of network.

    Args:
        degrees: d_l, layer by layer.
        value: (weights, x) -> outputs (n, B).
        pull: (weights, x, coefficients (n, B)) -> gradient of Σ_i coefficient_i f_i, layer by layer.
        shapes: (k, d) -> (nodes, dimension) of each layer.
    """

    degrees: tuple[int, ...]
    value: Callable[[Layers, FloatArray], FloatArray]
    pull: Callable[[Layers, FloatArray, FloatArray], Layers]
    shapes: Callable[[int, int], list[tuple[int, int]]]


def _hidden(W: FloatArray, x: FloatArray) -> FloatArray:
    return np.asarray(np.einsum("kdb,ndb->nkb", W, x[:, 0]))


def _block_value(weights: Layers, x: FloatArray) -> FloatArray:
    return np.asarray(np.einsum("kdb,nkdb->nb", weights[0], x))


def _block_pull(_: Layers, x: FloatArray, c: FloatArray) -> Layers:
    return [np.einsum("nb,nkdb->kdb", c, x)]


def _rectified(power: int) -> Net:
    def value(weights: Layers, x: FloatArray) -> FloatArray:
        active = np.maximum(_hidden(weights[0], x), 0.0) ** power
        return np.asarray(np.einsum("kb,nkb->nb", weights[1][0], active))

    def pull(weights: Layers, x: FloatArray, c: FloatArray) -> Layers:
        z = np.maximum(_hidden(weights[0], x), 0.0)
        slope = (z > 0.0) * power * z ** (power - 1)
        back = c[:, None] * weights[1][0] * slope
        return [np.einsum("nkb,ndb->kdb", back, x[:, 0]), np.einsum("nb,nkb->kb", c, z**power)[None]]

    return Net((power, 1), value, pull, lambda k, d: [(k, d), (1, k)])


def _deep_value(weights: Layers, x: FloatArray) -> FloatArray:
    second = np.einsum("jkb,nkb->njb", weights[1], _hidden(weights[0], x))
    return np.asarray(np.einsum("jb,njb->nb", weights[2][0], second))


def _deep_pull(weights: Layers, x: FloatArray, c: FloatArray) -> Layers:
    first = _hidden(weights[0], x)
    total = np.einsum("nb,nkb->kb", c, first)
    out = weights[2][0]
    back = np.einsum("jb,jkb->kb", out, weights[1])
    inputs = np.einsum("nb,ndb->db", c, x[:, 0])
    return [back[:, None] * inputs, out[:, None] * total, np.einsum("jkb,kb->jb", weights[1], total)[None]]


NETS: Mapping[str, Net] = MappingProxyType({
    "block_linear": Net((1,), _block_value, _block_pull, lambda k, d: [(k, d)]),
    "relu": _rectified(1),
    "squared_relu": _rectified(2),
    "deep_linear": Net((1, 1, 1), _deep_value, _deep_pull, lambda k, d: [(k, d), (k, k), (1, k)]),
})  # fmt: skip


def norms(layers: Layers) -> Layers:
    """‖w_u‖ of every node, (k, 1, B) a layer."""
    return [np.sqrt(np.sum(layer**2, axis=1, keepdims=True)) for layer in layers]


def weights_of(logs: Layers, directions: Layers) -> Layers:
    """w = e^s v/‖v‖ from log-norms s (k, B) and raw directions v (k, p, B)."""
    pairs = zip(logs, directions, norms(directions), strict=True)
    return [np.exp(s)[:, None] * v / length for s, v, length in pairs]


def log_loss(loss: str, margins: FloatArray) -> FloatArray:
    """log of Σ e^{−f} (exponential) or Σ log(1 + e^{−f}) (logistic), from margins (n, B)."""
    if loss == "exponential":
        return np.asarray(scipy.special.logsumexp(-margins, axis=0))
    # log log(1 + e^{−f}) = −f − e^{−f}/2 + … for large f, where log1p has lost every digit.
    parts = np.where(margins > 30, -margins, np.log(np.logaddexp(0.0, -np.minimum(margins, 30))))
    return np.asarray(scipy.special.logsumexp(parts, axis=0))


def log_growth(margins: FloatArray) -> FloatArray:
    """log(e^LL − 1) of the logistic loss LL = Σ log(1 + e^{−f_i}), from margins (n, B).

    e^LL − 1 = Π(1 + e^{−f_i}) − 1 = Σ_i e^{−f_i} Π_{j<i}(1 + e^{−f_j}), of one sample e^{−f}, to the last digit where
    f is near 0 or large.

    >>> log_growth(np.array([[1e-12, 50.0]])).tolist()
    [-1e-12, -50.0]
    """
    before = np.cumsum(np.logaddexp(0.0, -margins), axis=0)
    before = np.concatenate([np.zeros_like(before[:1]), before[:-1]])
    return np.asarray(scipy.special.logsumexp(before - margins, axis=0))


def slopes(loss: str, margins: FloatArray) -> FloatArray:
    """−dLoss/df_i, (n, B)."""
    return np.exp(-margins) if loss == "exponential" else scipy.special.expit(-margins)


@dataclass(frozen=True)
class Motion:
    """Velocity of the parameters under one parametrisation: of the scalars s (α or γ), and of v or w.

    Args:
        scalar: (k, 1, B) a layer: α′ or γ′.
        direction: (k, p, B) a layer: v′.
    """

    scalar: Layers
    direction: Layers


def motion(kind: str, weights: Layers, directions: Layers, gradient: Layers) -> Motion:
    """Minus the gradient of the loss in (α, v) for `ewn`, in (γ, v) for `swn`.

    With b = w/‖w‖: ∂/∂α = ⟨w, G⟩, ∂/∂γ = ⟨b, G⟩, ∂/∂v = (‖w‖/‖v‖)(I − bbᵀ)G.
    """
    scalar, direction = [], []
    for w, v, G in zip(weights, directions, gradient, strict=True):
        size, length = (np.sqrt(np.sum(a**2, axis=1, keepdims=True)) for a in (w, v))
        b = w / size
        radial = np.sum(b * G, axis=1, keepdims=True)
        scalar.append(-radial * (size if kind == "ewn" else 1.0))
        direction.append(-(size / length) * (G - radial * b))
    return Motion(scalar, direction)


def pushforward(kind: str, weights: Layers, directions: Layers, move: Motion) -> Layers:
    """w′ from the velocity of the parameters: EWN α′w + ‖w‖(v/‖v‖)′, SWN γ′b + ‖w‖(v/‖v‖)′."""
    moved = []
    for w, v, s, dv in zip(weights, directions, move.scalar, move.direction, strict=True):
        size, length = (np.sqrt(np.sum(a**2, axis=1, keepdims=True)) for a in (w, v))
        b = v / length
        turn = (dv - np.sum(b * dv, axis=1, keepdims=True) * b) / length
        moved.append(s * (w if kind == "ewn" else w / size) + size * turn)
    return moved


def layer_sums(values: Sequence[FloatArray], degrees: Sequence[int]) -> FloatArray:
    """Σ_{u in l} value_u/d_l for every layer, (layers, B)."""
    return np.stack([value.sum(axis=(0, 1)) / degree for value, degree in zip(values, degrees, strict=True)])
