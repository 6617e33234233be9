"""Networks whose rows are all alike: of any width, they cost as much as one neuron a layer.

With rows ±u in the first layer and rows of equal entries above, all neurons of a layer are equal, and for an odd φ

    f(x) = ‖v‖ √m h(x),   h(x) = φ(φ(… φ(⟨u, x⟩/√m))),   ‖u‖ = 1.

The largest value of an objective over such networks is a lower value of its supremum over all networks of that width.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.activations import Activation

Objective: TypeAlias = Callable[[FloatArray], tuple[FloatArray, FloatArray]]
"""√m h, (N, B) -> what is to be large, (B,), and its derivative, (N, B)."""
FIRST, UP, DOWN = 0.5, 1.5, 0.5
"""The first step of an ascent, and by what it changes where a step succeeds or fails."""


@dataclass(frozen=True)
class Alike:
    """The networks of one shape on some inputs.

    Args:
        inputs: x_i in the unit ball, (d, N).
        activation: an odd φ.
        depth: L.
        width: m.
    """

    inputs: FloatArray
    activation: Activation
    depth: int
    width: int

    def heights(self, u: FloatArray) -> tuple[FloatArray, FloatArray]:
        """√m h and its derivative in ⟨u, x⟩, (N, B).

        Args:
            u: of length 1, (d, B).
        """
        root, slope = float(np.sqrt(self.width)), np.ones(())
        height = self.inputs.T @ u / root
        for _ in range(self.depth):
            height, first = self.activation.jet(height, 1)
            slope = slope * first
        return root * height, slope

    def climbed(self, u: FloatArray, objective: Objective, steps: int) -> tuple[FloatArray, FloatArray]:
        """The largest values on B ascents in u, (B,), and where they are, (d, B).

        Args:
            u: where they start, of any length but 0.
            objective: what is to be large.
            steps: how many.
        """
        u, size = _unit(u), np.full(u.shape[1], FIRST)
        best, slope = self._looked(u, objective)
        for _ in range(steps):
            ahead = _unit(u + size * slope)
            value, steep = self._looked(ahead, objective)
            won = value > best
            u, best, slope = np.where(won, ahead, u), np.where(won, value, best), np.where(won, steep, slope)
            size = np.where(won, UP, DOWN) * size
        return best, u

    def _looked(self, u: FloatArray, objective: Objective) -> tuple[FloatArray, FloatArray]:
        """The values, and the direction in which they rise across u."""
        height, slope = self.heights(u)
        value, cotangent = objective(height)
        rise = self.inputs @ (cotangent * slope)
        return value, _unit(rise - (u * rise).sum(axis=0) * u)


def _unit(vectors: FloatArray) -> FloatArray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=0), 1e-300)
