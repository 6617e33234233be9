"""The loss as a function of the parameters (g, v) of weight normalization, differentiated as it is written.

f(g, v) = l((g v/‖v‖)^L), with v of any length. Nothing is projected, and no chain rule is applied by hand: that the
gradient in v is orthogonal to v, and how w moves, is for the numbers to show. Complex steps on the first route,
autograd on the second. Shapes as in `wnverify.engine.diagonal.model`: g (B,), v (N, B).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import autograd.numpy as anp
import numpy as np
from autograd import grad

from wnverify.arrays import FloatArray
from wnverify.engine.diagonal.model import STEP, Model, loss, tangential

Gradient: TypeAlias = tuple[FloatArray, FloatArray]
"""∂f/∂g (B,) and ∂f/∂v (N, B)."""


def normalised(g: Any, v: Any) -> Any:
    """w = g v/‖v‖, for complex v too: ‖v‖ is the root of Σ v_i²."""
    return g * v / np.sqrt((v * v).sum(axis=0))


def gradient(model: Model, g: FloatArray, v: FloatArray, weights: Callable[[Any, Any], Any] = normalised) -> Gradient:
    """The gradient of l(w^L) by complex steps in g, and in each entry of v.

    Args:
        model: the problems.
        g: gains (B,).
        v: raw directions (N, B).
        weights: (g, v) -> w; `normalised` unless another parametrisation is wanted.
    """

    def value(g: Any, v: Any) -> Any:
        return loss(model, weights(g, v) ** model.L).imag / STEP

    by_v = np.stack([value(g, v + 1j * STEP * row[:, None]) for row in np.eye(v.shape[0])])
    return value(g + 1j * STEP, v), by_v


def gradient_by_autograd(
    model: Model, g: FloatArray, v: FloatArray, weights: Callable[[Any, Any], Any] | None = None
) -> Gradient:
    """The same by reverse differentiation of the loss, summed over the instances, which do not mix."""
    weights = weights or (lambda g, v: g * v / anp.sqrt(anp.sum(v**2, axis=0)))

    def total(g: Any, v: Any) -> Any:
        e = anp.einsum("mnb,nb->mb", model.A, weights(g, v) ** model.L) - model.y
        return anp.sum(e**2) / 2

    by_g, by_v = grad(total, (0, 1))(g, v)
    return by_g, by_v


def motion(g: FloatArray, v: FloatArray, rates: Gradient) -> FloatArray:
    """w' of w = g v/‖v‖ where g and v move at these rates; a complex step along them, (N, B)."""
    return np.asarray(normalised(g + 1j * STEP * rates[0], v + 1j * STEP * rates[1]).imag / STEP)


def motion_by_hand(g: FloatArray, v: FloatArray, rates: Gradient) -> FloatArray:
    """The same by the product rule: w' = g' u + (g/‖v‖)(I − uuᵀ)v' with u = v/‖v‖."""
    size = np.sqrt((v**2).sum(axis=0))
    return np.asarray(rates[0] * v / size + g / size * tangential(v / size, rates[1]))
