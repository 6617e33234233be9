"""Mean losses over n inputs: the square loss, and cross-entropy with labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.layered.network import Layered
from wnverify.engine.layered.products import gradient

KINDS = ("square", "cross_entropy")


@dataclass(frozen=True, eq=False)
class Loss:
    """𝓛 = (1/n)Σ ℓ(F(x_i)), ℓ = ‖F − y‖² or log Σ_k exp F_k − F_y.

    Args:
        kind: `square` or `cross_entropy`.
        y: targets (n, K); of labels the rows of the identity.
    """

    kind: str
    y: FloatArray

    def of(self, places: np.ndarray) -> Loss:
        """The mean over some inputs only."""
        return Loss(self.kind, self.y[places])

    def values(self, F: FloatArray) -> FloatArray:
        """ℓ at every input, (n,)."""
        if self.kind == "square":
            return np.asarray(np.sum((F - self.y) ** 2, axis=1))
        top = F.max(axis=1, keepdims=True)
        return np.asarray((top[:, 0] + np.log(np.exp(F - top).sum(axis=1))) - np.sum(F * self.y, axis=1))

    def slopes(self, F: FloatArray, part: slice = slice(None)) -> FloatArray:
        """∂ℓ/∂F, (n, K)."""
        return 2 * (F - self.y[part]) if self.kind == "square" else _softmax(F) - self.y[part]

    def cotangent(self, F: FloatArray, dF: FloatArray, part: slice) -> tuple[FloatArray, FloatArray]:
        """∂𝓛/∂F and its derivative along the direction that moves F by Ḟ."""
        n = self.y.shape[0]
        c = self.slopes(F, part) / n
        if self.kind == "square":
            return c, 2 * dF / n
        soft = _softmax(F)
        return c, soft * (dF - np.sum(soft * dF, axis=1, keepdims=True)) / n

    @property
    def curvature(self) -> float:
        """sup‖∂²ℓ/∂F²‖₂: 2, and 1/2 for cross-entropy."""
        return 2.0 if self.kind == "square" else 0.5

    def gradient_norm(self, net: Layered, X: FloatArray) -> float:
        """‖∇_θ 𝓛‖."""
        return float(np.linalg.norm(gradient(net, X, self.cotangent)))


def _softmax(F: FloatArray) -> FloatArray:
    e = np.exp(F - F.max(axis=1, keepdims=True))
    return np.asarray(e / e.sum(axis=1, keepdims=True))
