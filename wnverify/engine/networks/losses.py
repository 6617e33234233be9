"""Losses of one sample, ℓ(f, y), with their first two derivatives in the output f.

All are convex, and ℓ″ falls as the margin |f − y| grows, or |f| for the logistic loss: so on an interval of outputs
it is least at an end. None of the formulas cancels, near a residual of 0 or far out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
import scipy

from wnverify.arrays import FloatArray

OfOutput: TypeAlias = Callable[[FloatArray, FloatArray], FloatArray]
"""(f, y) -> a number for each sample."""


@dataclass(frozen=True)
class Loss:
    """A loss ℓ(f, y).

    Args:
        name: its name.
        value: (f, y) -> ℓ.
        slope: (f, y) -> ℓ′.
        curvature: (f, y) -> ℓ″ ≥ 0.
        most_curved: sup ℓ″, exact.
    """

    name: str
    value: OfOutput
    slope: OfOutput
    curvature: OfOutput
    most_curved: float


def label(y: FloatArray) -> FloatArray:
    """The sign of a target, 1 for zero: the class of which the logistic loss speaks."""
    return np.where(y >= 0, 1.0, -1.0)


def _pseudo_huber(f: FloatArray, y: FloatArray) -> FloatArray:
    square = np.square(f - y)
    return np.asarray(square / (1.0 + np.sqrt(1.0 + square)))


def _log_cosh(f: FloatArray, y: FloatArray) -> FloatArray:
    e = np.abs(f - y)
    near = np.log1p(2.0 * np.sinh(np.minimum(e, 1.0) / 2.0) ** 2)
    return np.where(e < 1.0, near, e + np.log1p(np.exp(-2.0 * e)) - np.log(2.0))


def _sech_squared(f: FloatArray, y: FloatArray) -> FloatArray:
    far = np.exp(-2.0 * np.abs(f - y))
    return np.asarray(4.0 * far / (1.0 + far) ** 2)


SQUARE = Loss(
    "square", lambda f, y: np.square(f - y), lambda f, y: 2.0 * (f - y), lambda f, y: np.full_like(f - y, 2.0), 2.0
)
"""ℓ = (f − y)²."""
LOGISTIC = Loss(
    "logistic",
    lambda f, y: np.logaddexp(0.0, -label(y) * f),
    lambda f, y: -label(y) * scipy.special.expit(-label(y) * f),
    lambda f, y: scipy.special.expit(f) * scipy.special.expit(-f),
    0.25,
)
"""ℓ = log(1 + e^{−sf}) for the label s = ±1, the sign of y."""
PSEUDO_HUBER = Loss(
    "pseudo_huber",
    _pseudo_huber,
    lambda f, y: (f - y) / np.sqrt(1.0 + np.square(f - y)),
    lambda f, y: (1.0 + np.square(f - y)) ** -1.5,
    1.0,
)
"""ℓ = √(1 + (f − y)²) − 1."""
LOG_COSH = Loss("log_cosh", _log_cosh, lambda f, y: np.tanh(f - y), _sech_squared, 1.0)
"""ℓ = log cosh(f − y)."""

LOSSES: Mapping[str, Loss] = MappingProxyType(
    {loss.name: loss for loss in (SQUARE, LOGISTIC, PSEUDO_HUBER, LOG_COSH)}
)
"""Every loss by its name."""
