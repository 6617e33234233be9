"""The pieces of the Hessian of networks with layers W/‖W‖_F, of which proofs bound one after the other.

Along U with δ^l = (U^l − ⟨U^l, M^l⟩M^l)/‖W^l‖_F, α̇^l = D^l ż^l, ż^l = M^l α̇^{l−1} + δ^l α^{l−1} and D = diag φ′(z):

    D²f[U, U] = Σ_l ⟨Γ^l, D²(W/‖W‖_F)[U^l, U^l]⟩ + 2 Σ_l ⟨c^l, δ^l α̇^{l−1}⟩ + Σ_l Σ_i (∂f/∂α_i^l) φ″(z_i^l)(ż_i^l)²,

c^l = ∂f/∂z^l and Γ^l = c^l (α^{l−1})ᵀ: the normalization's own curvature, the layers that turn together, and the
activations that bend. Each is a quadratic form in all L·m² entries of U; an array W holds a matrix as one vector.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from wnverify.families.own.own_quantity import Common, Part

SLOPES: Mapping[str, Any] = {
    "identity": lambda xp, z: 1 + 0 * z,
    "tanh": lambda xp, z: 1 - xp.tanh(z) ** 2,
    "sin": lambda xp, z: xp.cos(z),
}
"""φ′ by the activation."""
BENDS: Mapping[str, Any] = {
    "identity": lambda xp, z: 0 * z,
    "tanh": lambda xp, z: -2 * xp.tanh(z) * (1 - xp.tanh(z) ** 2),
    "sin": lambda xp, z: -xp.sin(z),
}
"""φ″ by the activation."""


@dataclass(frozen=True)
class Layer:
    """One layer at an input: M (m, m), α^{l−1}, z, ∂f/∂α^l, c = ∂f/∂z and ‖W‖_F."""

    matrix: Any
    before: Any
    z: Any
    above: Any
    c: Any
    size: Any


def layers(xp: Any, theta: Any, x: Any) -> list[Layer]:
    """All layers, from the first to the last."""
    units, sizes = xp.unit_rows(theta.W), xp.sqrt(xp.sum(theta.W**2, axis=1))
    matrices, states = [xp.reshape(units[layer], (theta.m, theta.m)) for layer in range(theta.L)], [x]
    for matrix in matrices:
        states.append(xp.phi(matrix @ states[-1]))
    found, above = list[Layer](), theta.v
    for layer in reversed(range(theta.L)):
        z = matrices[layer] @ states[layer]
        c = above * SLOPES[theta.activation](xp, z)
        found.append(Layer(matrices[layer], states[layer], z, above, c, sizes[layer]))
        above = matrices[layer].T @ c
    return found[::-1]


def _forward(xp: Any, layer: Layer, m: int) -> Any:
    """U ↦ δα, (m, m²)."""
    plain = xp.reshape(xp.einsum("pq,s->pqs", np.eye(m), layer.before), (m, m * m))
    return (plain - xp.outer(layer.z, xp.reshape(layer.matrix, (m * m,)))) / layer.size


def _backward(xp: Any, layer: Layer, m: int) -> Any:
    """U ↦ δᵀc, (m, m²)."""
    plain = xp.reshape(xp.einsum("p,qs->qps", layer.c, np.eye(m)), (m, m * m))
    return (plain - xp.outer(layer.matrix.T @ layer.c, xp.reshape(layer.matrix, (m * m,)))) / layer.size


def _placed(xp: Any, part: Any, layer: int, depth: int) -> Any:
    """A map of one layer's entries as a map of all, (m, L·m²)."""
    m, size = part.shape
    return xp.concatenate([np.zeros((m, layer * size)), part, np.zeros((m, (depth - 1 - layer) * size))], axis=1)


def _moved(xp: Any, theta: Any, x: Any) -> list[tuple[Layer, Any, Any]]:
    """Each layer with U ↦ α̇^{l−1} and U ↦ ż^l, (m, L·m²)."""
    before, found = np.zeros((theta.m, theta.L * theta.m**2)), []
    for number, layer in enumerate(layers(xp, theta, x)):
        z = layer.matrix @ before + _placed(xp, _forward(xp, layer, theta.m), number, theta.L)
        found.append((layer, before, z))
        before = xp.reshape(SLOPES[theta.activation](xp, layer.z), (theta.m, 1)) * z
    return found


def _turning(xp: Any, theta: Any, _: Any, moved: list[tuple[Layer, Any, Any]]) -> Any:
    """The norm of 2 Σ_l ⟨c^l, δ^l α̇^{l−1}⟩."""
    total = np.zeros((theta.L * theta.m**2,) * 2)
    for number, (layer, before, _z) in enumerate(moved):
        half = _placed(xp, _backward(xp, layer, theta.m), number, theta.L).T @ before
        total = total + half + half.T
    return xp.spectral_norm(total)


def _bent(xp: Any, theta: Any, _: Any, moved: list[tuple[Layer, Any, Any]]) -> Any:
    """The norm of Σ_l Σ_i (∂f/∂α_i^l) φ″(z_i^l)(ż_i^l)²."""
    total = np.zeros((theta.L * theta.m**2,) * 2)
    for layer, _before, z in moved:
        weight = xp.reshape(layer.above * BENDS[theta.activation](xp, layer.z), (theta.m, 1))
        total = total + z.T @ (weight * z)
    return xp.spectral_norm(total)


def _curvature(xp: Any, theta: Any, _: Any, moved: list[tuple[Layer, Any, Any]]) -> Any:
    """max_l ‖Γ^l‖_F/‖W^l‖_F²."""
    sizes = [xp.sqrt(xp.sum(each.c**2) * xp.sum(each.before**2)) / each.size**2 for each, _, _ in moved]
    return xp.max(xp.stack(sizes))


_COMMON = Common(_moved, (_curvature, _turning, _bent))
curvature, turning, bent = (Part(_COMMON, place) for place in range(3))
