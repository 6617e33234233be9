"""Small layered networks with gains, biases, unequal widths and several outputs, and a naive second route."""

from __future__ import annotations

import autograd.numpy as anp
import numpy as np

from wnverify.engine.layered.activations import FRAMEWORK
from wnverify.engine.layered.network import AXES, Layer, Layered

PHI = {
    "tanh": anp.tanh,
    "relu": lambda z: anp.maximum(z, 0.0),
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "silu": lambda z: z / (1 + anp.exp(-z)),
    "leaky_relu": lambda z: anp.where(z > 0, z, 0.01 * z),
}
GAINS = {"rows": (True, False), "columns": (False, True), "whole": (False, False)}


def random_net(rules, sizes, *, phi="tanh", gains=True, biases=True, s=0.7, seed=0):
    rng = np.random.default_rng(seed)
    layers = []
    for index, rule in enumerate(rules):
        m, k = sizes[index + 1], sizes[index]
        g = None
        if gains and rule != "plain":
            up, across = GAINS[rule]
            g = rng.standard_normal((m if up else 1, k if across else 1))
        b = 0.3 * rng.standard_normal(m) if biases else None
        layers.append(Layer(f"fc{index}", rule, rng.standard_normal((m, k)), g, b, s))
    return Layered(tuple(layers), FRAMEWORK[phi])


def naive(net, flat, x):
    """F(θ; x) with all parameters from one vector, written for autograd."""
    start = 0
    for layer in net.layers:
        parts = {}
        for kind, array in layer.parameters:
            parts[kind] = anp.reshape(flat[start : start + array.size], array.shape)
            start += array.size
        M = parts["V"]
        if layer.rule != "plain":
            M = M / anp.sqrt(anp.sum(M * M, axis=AXES[layer.rule], keepdims=True)) * parts.get("g", 1.0)
        x = layer.s * (anp.dot(M, x) + parts.get("b", 0.0))
        if layer is not net.output:
            x = PHI[net.phi.name](x)
    return x


def flat_of(net):
    return np.concatenate([array.ravel() for layer in net.layers for _, array in layer.parameters])
