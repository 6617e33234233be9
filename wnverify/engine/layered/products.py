"""Products with Hessians by a pass forward and a pass backward with their derivatives along a direction.

With Γ = ∂/∂M of a function, u = V/‖V‖ of a group of weights and t = ⟨u, Γ⟩, the stored arrays have
∂/∂g = t and ∂/∂V = g(Γ − tu)/‖V‖; a dot is the derivative along the direction (V̇, ġ, ḃ).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.layered.network import Layer, Layered, slices

Pieces = dict[str, FloatArray]
"""Arrays of one layer by kind: V, g, b."""
Cotangent = Callable[[FloatArray, FloatArray, slice], tuple[FloatArray, FloatArray]]
"""(F, Ḟ, which inputs) -> (∂ℓ/∂F, its derivative along the direction), (n, K) each."""


def split(net: Layered, flat: FloatArray) -> list[Pieces]:
    """A vector of all parameters as arrays of the layers."""
    found, start = [], 0
    for layer in net.layers:
        pieces = {}
        for kind, array in layer.parameters:
            pieces[kind] = flat[start : start + array.size].reshape(array.shape)
            start += array.size
        found.append(pieces)
    return found


def joined(pieces: Sequence[Pieces]) -> FloatArray:
    """Arrays of the layers as one vector."""
    return np.concatenate([array.ravel() for each in pieces for array in each.values()])


@dataclass(frozen=True, eq=False)
class Turn:
    """How the normalised weights of a layer move along a direction: u̇, the share of V̇ along u, and ġ."""

    u: FloatArray
    along: FloatArray
    g: FloatArray


def _turn(layer: Layer, step: Pieces) -> Turn:
    along = np.sum(layer.unit * step["V"], axis=layer.axes, keepdims=True)
    u = (step["V"] - along * layer.unit) / layer.norms
    return Turn(u, along, step.get("g", np.zeros_like(layer.norms)))


def _moved(layer: Layer, step: Pieces) -> FloatArray:
    """Ṁ."""
    if layer.rule == "plain":
        return layer.s * step["V"]
    turn = _turn(layer, step)
    return np.asarray(layer.s * (turn.g * layer.unit + layer.gains * turn.u))


def _pulled(layer: Layer, G: FloatArray, dG: FloatArray, step: Pieces) -> Pieces:
    """The derivative along the direction of the gradient in V and g, from Γ and Γ̇."""
    if layer.rule == "plain":
        return {"V": layer.s * dG}
    turn, u, r, g = _turn(layer, step), layer.unit, layer.norms, layer.gains
    t = np.sum(u * G, axis=layer.axes, keepdims=True)
    dt = np.sum(turn.u * G + u * dG, axis=layer.axes, keepdims=True)
    rest = G - t * u
    V = (turn.g / r - g * turn.along / r**2) * rest + g / r * (dG - dt * u - t * turn.u)
    return {"V": layer.s * V} | ({} if layer.g is None else {"g": layer.s * dt})


def product(net: Layered, X: FloatArray, flat: FloatArray, cotangent: Cotangent) -> FloatArray:
    """∇²(Σ_i ℓ(F(x_i))) times a vector of all parameters.

    Args:
        net: the network.
        X: inputs (n, d).
        flat: the vector, (p,).
        cotangent: what ℓ does.
    """
    steps = split(net, flat)
    moves = [_moved(layer, step) for layer, step in zip(net.layers, steps, strict=True)]
    sums = [_Sums(layer) for layer in net.layers]
    for part in slices(X.shape[0], net.chunk):
        _add(net, X[part], _Along(steps, moves, part), cotangent, sums)
    return joined([_of(layer, each, step) for layer, each, step in zip(net.layers, sums, steps, strict=True)])


def gradient(net: Layered, X: FloatArray, cotangent: Cotangent) -> FloatArray:
    """∇(Σ_i ℓ(F(x_i))), (p,)."""
    sums = [_Sums(layer) for layer in net.layers]
    for part in slices(X.shape[0], net.chunk):
        found = net.forward(X[part])
        c, _ = cotangent(found.zs[-1], np.zeros_like(found.zs[-1]), part)
        for index in range(len(net.layers) - 1, -1, -1):
            sums[index].G += c.T @ found.alphas[index]
            sums[index].db += c.sum(axis=0)
            if index:
                c = (c @ net.layers[index].M) * net.phi.jet(found.zs[index - 1], 1)[1]
    pairs = zip(net.layers, sums, strict=True)
    return joined([_stored(layer, each) for layer, each in pairs])


def _stored(layer: Layer, sums: _Sums) -> Pieces:
    """Γ as the gradient in what is stored."""
    bias = {} if layer.b is None else {"b": layer.s * sums.db}
    if layer.rule == "plain":
        return {"V": layer.s * sums.G} | bias
    t = np.sum(layer.unit * sums.G, axis=layer.axes, keepdims=True)
    V = layer.s * layer.gains / layer.norms * (sums.G - t * layer.unit)
    return {"V": V} | ({} if layer.g is None else {"g": layer.s * t}) | bias


class _Sums:
    """Γ, Γ̇ and what belongs to the shift, summed over the inputs."""

    def __init__(self, layer: Layer) -> None:
        self.G, self.dG = np.zeros_like(layer.V), np.zeros_like(layer.V)
        self.db = np.zeros(layer.V.shape[0])


@dataclass(frozen=True, eq=False)
class _Along:
    """A direction: the steps, what they do to the matrices, and for which inputs it is followed."""

    steps: Sequence[Pieces]
    moves: Sequence[FloatArray]
    part: slice

    def shift(self, layer: Layer, index: int) -> FloatArray | float:
        """What the direction adds to z."""
        return layer.s * self.steps[index]["b"] if "b" in self.steps[index] else 0.0


def _of(layer: Layer, sums: _Sums, step: Pieces) -> Pieces:
    found = _pulled(layer, sums.G, sums.dG, step)
    return found | ({} if layer.b is None else {"b": layer.s * sums.db})


def _add(net: Layered, X: FloatArray, along: _Along, cotangent: Cotangent, sums: Sequence[_Sums]) -> None:
    alphas, dalphas, jets, dzs = [X], [np.zeros_like(X)], [], []
    z = dz = X
    for index, layer in enumerate(net.layers):
        z = alphas[-1] @ layer.M.T + layer.shift
        dz = alphas[-1] @ along.moves[index].T + along.shift(layer, index)
        if index:
            dz = dz + dalphas[-1] @ layer.M.T
        if layer is not net.output:
            jet = net.phi.jet(z, 2)
            alphas.append(jet[0])
            dalphas.append(jet[1] * dz)
            jets.append(jet)
            dzs.append(dz)
    c, dc = cotangent(z, dz, along.part)
    for index in range(len(net.layers) - 1, -1, -1):
        layer = net.layers[index]
        sums[index].G += c.T @ alphas[index]
        sums[index].dG += dc.T @ alphas[index]
        sums[index].db += dc.sum(axis=0)
        if index:
            sums[index].dG += c.T @ dalphas[index]
            up, dup = c @ layer.M, dc @ layer.M + c @ along.moves[index]
            _, slope, bend = jets[index - 1]
            c, dc = up * slope, dup * slope + up * bend * dzs[index - 1]
