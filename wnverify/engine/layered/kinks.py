"""Activations with a kink at 0: where no pre-activation is 0, a network is as smooth as one without activations.

Where no z is 0 at an input, φ is linear near every z there, so that F has derivatives of every order, and the lemma
of `wnverify.engine.layered.chain` holds with 0 for sup|φ″|: it asks for φ″ at the z that there are. Across a z of 0
the gradient jumps. There is no Hessian then but in a generalised sense, and no bound of it, nor a descent lemma.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.layered.network import Layered, slices

KINKED = ("relu", "leaky_relu")
"""Linear but for a kink at 0."""


@dataclass(frozen=True)
class Nearest:
    """The pre-activation nearest to a kink.

    Args:
        distance: |z|.
        input: at which input.
        layer: its name.
        unit: of that layer.
    """

    distance: float
    input: int
    layer: str
    unit: int

    def __str__(self) -> str:
        return f"|z| = {self.distance:.3g} at input {self.input} in unit {self.unit} of layer {self.layer}"


def nearest_kink(net: Layered, X: FloatArray) -> Nearest | None:
    """The least |z| of all hidden units at all inputs (n, d); None for an activation without a kink.

    >>> from wnverify.engine.layered.activations import FRAMEWORK
    >>> from wnverify.engine.layered.network import Layer
    >>> layers = (Layer("fc", "plain", np.array([[2.0], [1.0]])), Layer("out", "plain", np.ones((1, 2))))
    >>> print(nearest_kink(Layered(layers, FRAMEWORK["relu"]), np.array([[3.0], [-0.5]])))
    |z| = 0.5 at input 1 in unit 1 of layer fc
    """
    if net.phi.name not in KINKED or not net.hidden:
        return None
    found = []
    for part in slices(X.shape[0], net.chunk):
        for layer, z in zip(net.hidden, net.forward(X[part]).zs, strict=False):
            index, unit = divmod(int(np.argmin(np.abs(z))), z.shape[1])
            found.append(Nearest(float(np.abs(z[index, unit])), part.start + index, layer.name, unit))
    return min(found, key=lambda one: one.distance)
