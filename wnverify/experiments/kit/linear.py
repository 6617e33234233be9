"""Linear predictors in a ball: the best of them, to which wide networks come near in the paper's scaling."""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq

from wnverify.arrays import FloatArray

HAIR = 1e-13
"""The least that is added to eigenvalues, a share of the largest or of ‖b‖/R."""


def best_linear(inputs: FloatArray, targets: FloatArray, weights: FloatArray, radius: float) -> FloatArray:
    """The w with ‖w‖ ≤ R at which Σ_i c_i (⟨w, x_i⟩ − y_i)² is least, (d,); weights may be negative.

    A minimiser is a w with (A + μ)w = b, A + μ ⪰ 0, μ ≥ 0, and ‖w‖ = R unless μ = 0, where A = Σ c_i x_i x_iᵀ and
    b = Σ c_i y_i x_i. ‖w‖ falls in μ, and so μ is a root.

    Args:
        inputs: x_i, (d, N).
        targets: y_i, (N,).
        weights: c_i, (N,).
        radius: R.

    >>> best_linear(np.eye(2), np.array([3.0, 4.0]), np.ones(2), 1.0).round(9).tolist()
    [0.6, 0.8]
    >>> best_linear(np.eye(2), np.array([0.3, 0.4]), np.ones(2), 1.0).round(9).tolist()
    [0.3, 0.4]
    """
    values, vectors = np.linalg.eigh((weights * inputs) @ inputs.T)
    b = vectors.T @ (inputs @ (weights * targets))
    length = float(np.linalg.norm(b))
    size = max(float(np.abs(values).max()), length / radius, 1e-300)
    least = max(0.0, -float(values[0])) + HAIR * size

    def beyond(shift: float) -> float:
        return float(np.linalg.norm(b / (values + shift))) - radius

    if beyond(least) <= 0:
        w = b / (values + least)
        w[0] += np.sqrt(max(radius**2 - float(w @ w), 0.0)) if values[0] < -HAIR * size else 0.0
        return np.asarray(vectors @ w)
    most = least + 2 * length / radius  # there ‖w‖ ≤ R/2, as all A + μ − μ_least ⪰ 0
    shift = brentq(beyond, least, most, xtol=1e-300, rtol=1e-14)
    return np.asarray(vectors @ (b / (values + shift)))


def square_loss(outputs: FloatArray, targets: FloatArray, weights: FloatArray) -> float:
    """Σ c_i (f_i − y_i)².

    Args:
        outputs: f_i, (N,).
        targets: y_i, (N,).
        weights: c_i, (N,).
    """
    return float(weights @ np.square(outputs - targets))
