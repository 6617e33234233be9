"""State, gradient and steps of homogeneous networks on a batch, by two routes: closed form and autograd."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd import grad

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.homogeneous import state as engine
from wnverify.engine.homogeneous.state import NETS, Layers
from wnverify.families.kit.parts import Views


@dataclass(frozen=True)
class State:
    """A network and how it moves; every array has the batch last.

    Args:
        w: weights, layer by layer.
        v: raw directions.
        G: gradient of the loss in w.
        velocity: w′ under "ewn" and "swn" for the given v, and "plain", without normalization.
        turning: v′, the same under both.
        margins: f_i (n, B).
        z: a unit test vector for the chosen node (p, B).
        degrees: d_l.
        node: (layer, index) of the chosen node.
    """

    w: Layers
    v: Layers
    G: Layers
    velocity: dict[str, Layers]
    turning: Layers
    margins: FloatArray
    z: FloatArray
    degrees: tuple[int, ...]
    node: tuple[int, int]

    def at(self, layers: Layers) -> FloatArray:
        """The part of the chosen node, (p, B)."""
        layer, index = self.node
        return layers[layer][index]


def degrees(batch: Batch) -> tuple[int, ...]:
    """d_l of the batch's network."""
    return NETS[batch.settings["net"]].degrees


def parameters(batch: Batch) -> tuple[Layers, Layers]:
    """Log-norms s (k, B) and raw directions v (k, p, B), layer by layer."""
    layers = range(1, len(degrees(batch)) + 1)
    return [batch.arrays[f"s{layer}"] for layer in layers], [batch.arrays[f"v{layer}"] for layer in layers]


def signs(batch: Batch) -> FloatArray:
    """Labels ±1, (n, B)."""
    return np.where(batch.arrays["label"] < 0, -1.0, 1.0)


def chosen(batch: Batch) -> tuple[int, int]:
    """The node whose identities are looked at: the first of the first layer or the last of the last."""
    return (0, 0) if batch.settings["node"] == "first" else (len(degrees(batch)) - 1, -1)


def probe(batch: Batch, like: Layers) -> FloatArray:
    """The unit test vector of the chosen node (p, B), cut from the batch's `z`."""
    layer, _ = chosen(batch)
    z = batch.arrays["z"][: like[layer].shape[1]]
    return z / np.maximum(np.sqrt(np.sum(z**2, axis=0)), 1e-300)


def gradient(batch: Batch, weights: Layers) -> tuple[Layers, FloatArray]:
    """(∂Loss/∂w, margins) in closed form."""
    net, x, y = NETS[batch.settings["net"]], batch.arrays["x"], signs(batch)
    margins = y * net.value(weights, x)
    return net.pull(weights, x, -engine.slopes(batch.settings["loss"], margins) * y), margins


def closed_form(batch: Batch) -> State:
    """The state by the engine's formulas."""
    logs, v = parameters(batch)
    w = engine.weights_of(logs, v)
    G, margins = gradient(batch, w)
    moves = {kind: engine.motion(kind, w, v, G) for kind in ("ewn", "swn")}
    velocity = {kind: engine.pushforward(kind, w, v, move) for kind, move in moves.items()}
    velocity["plain"] = [-part for part in G]
    turning, z = moves["ewn"].direction, probe(batch, v)
    return State(w, v, G, velocity, turning, margins, z, degrees(batch), chosen(batch))


Plain = list[Any]


def _output(net: str, weights: Plain, x: Any) -> Any:
    """f of one instance for all samples (n,), in autograd's NumPy."""
    if net == "block_linear":
        return anp.einsum("kd,nkd->n", weights[0], x)
    hidden = anp.dot(x[:, 0], weights[0].T)
    if net == "deep_linear":
        return anp.dot(anp.dot(hidden, weights[1].T), weights[2][0])
    return anp.dot(anp.maximum(hidden, 0.0) ** (2 if net == "squared_relu" else 1), weights[1][0])


def _loss(name: str, margins: Any) -> Any:
    return anp.sum(anp.exp(-margins)) if name == "exponential" else anp.sum(anp.logaddexp(0.0, -margins))


def by_autograd(batch: Batch) -> State:
    """The same state, instance by instance, through the actual parametrisations."""
    parts = [_one(batch, index) for index in range(batch.size)]
    found = {
        name: [np.stack(layer, axis=-1) for layer in zip(*(part[name] for part in parts), strict=True)]
        for name in parts[0]
    }
    velocity = {"ewn": found["ewn"], "swn": found["swn"], "plain": [-part for part in found["G"]]}
    v, margins, turning, z = found["v"], found["margins"][0], found["turning"], probe(batch, found["v"])
    return State(found["w"], v, found["G"], velocity, turning, margins, z, degrees(batch), chosen(batch))


def instance(batch: Batch, index: int) -> tuple[Callable[[Plain], Any], Plain, Plain]:
    """One instance: the loss as a function of the weights, its log-norms and its raw directions."""
    x, y = batch.arrays["x"][..., index], signs(batch)[:, index]
    net, loss = batch.settings["net"], batch.settings["loss"]
    logs, v = parameters(batch)
    return (
        lambda weights: _loss(loss, y * _output(net, weights, x)),
        [s[:, index] for s in logs],
        [layer[..., index] for layer in v],
    )


def parametrised(kind: str, scalars: Plain, v: Plain) -> Plain:
    """w from (α, v) under "ewn" or (γ, v) under "swn"."""
    units = [layer / anp.sqrt(anp.sum(layer**2, axis=1, keepdims=True)) for layer in v]
    sizes = [anp.exp(s) if kind == "ewn" else s for s in scalars]
    return [size[:, None] * unit for size, unit in zip(sizes, units, strict=True)]


def _one(batch: Batch, index: int) -> dict[str, list[FloatArray]]:
    """Gradients by autograd in (scalar, v), pushed forward to w by a Jacobian-vector product."""
    loss, logs, v = instance(batch, index)
    w = parametrised("ewn", logs, v)
    x, y = batch.arrays["x"][..., index], signs(batch)[:, index]
    found = {"w": w, "v": v, "G": grad(loss)(w), "margins": [y * _output(batch.settings["net"], w, x)]}
    for kind in ("ewn", "swn"):
        scalars = logs if kind == "ewn" else [np.exp(s) for s in logs]
        by_scalar, by_v = grad(lambda s, d, kind=kind: loss(parametrised(kind, s, d)), (0, 1))(scalars, v)
        turning = [-part for part in by_v]
        found[kind] = _push(kind, (scalars, v), ([-part for part in by_scalar], turning))
        found["turning"] = turning
    return found


def _push(kind: str, at: tuple[Plain, Plain], velocity: tuple[Plain, Plain]) -> list[FloatArray]:
    """Derivative of the parametrisation along a velocity, by a complex step, which takes no difference."""
    h = 1e-30
    scalars, v = ([a + 1j * h * b for a, b in zip(*pair, strict=True)] for pair in zip(at, velocity, strict=True))
    return [np.imag(layer) / h for layer in parametrised(kind, scalars, v)]


VIEWS = Views(closed_form, by_autograd)
