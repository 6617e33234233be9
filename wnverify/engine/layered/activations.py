"""Activations as frameworks define them: those of `wnverify.engine.activations`, and some of other slopes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.activations import ACTIVATIONS, Activation

LEAK = 0.01
"""The slope below 0 of PyTorch's leaky ReLU."""
SILU_SLOPE = 1.0998393194
"""sup (zσ(z))′, at z = 2.3994, rounded up in the tenth digit."""


def _sigmoid(z: FloatArray, order: int) -> tuple[FloatArray, ...]:
    # σ(z) = 1/2 + tanh(z/2)/2.
    parts = ACTIVATIONS["sigmoid4"].jet(z, order)
    return (0.5 + 0.25 * parts[0], *(0.25 * part for part in parts[1:]))


def _silu(z: FloatArray, order: int) -> tuple[FloatArray, ...]:
    # (zσ)′ = σ + zσ′, (zσ)″ = 2σ′ + zσ″, (zσ)‴ = 3σ″ + zσ‴.
    s = _sigmoid(z, order)
    return tuple(z * part + k * s[k - 1] if k else z * part for k, part in enumerate(s))


def _gelu(z: FloatArray, order: int) -> tuple[FloatArray, ...]:
    slope = _GELU[0]
    return tuple(slope * part for part in ACTIVATIONS["gelu"].jet(z, order))


def _leaky(z: FloatArray, order: int) -> tuple[FloatArray, ...]:
    zero = np.zeros_like(z)
    return (np.where(z > 0, z, LEAK * z), np.where(z > 0, 1.0, LEAK), zero, zero)[: order + 1]


_GELU = ((1 + math.erf(1)) / 2 + math.exp(-1) / math.sqrt(math.pi), math.sqrt(2 / math.pi))
"""sup|g′| and sup|g″| of g(z) = zΦ(z)."""
_MORE = (
    Activation("sigmoid", _sigmoid, lambda by: (Fraction(1, 4), by.sqrt(3) / 18, Fraction(1, 2))),
    Activation("silu", _silu, lambda _: (SILU_SLOPE, Fraction(1, 2), 0)),
    Activation("gelu", _gelu, lambda _: (*_GELU, 0)),
    Activation("leaky_relu", _leaky, lambda _: (1, math.inf, 0)),
)
FRAMEWORK: Mapping[str, Activation] = MappingProxyType({**ACTIVATIONS, **{phi.name: phi for phi in _MORE}})
"""By name; `gelu` is zΦ(z) itself here, of slope at most 1.129, as frameworks have it."""
SPELLINGS: Mapping[str, str] = MappingProxyType({
    "swish": "silu", "linear": "identity", "none": "identity", "leakyrelu": "leaky_relu", "logistic": "sigmoid",
})  # fmt: skip
"""Other names of them."""
