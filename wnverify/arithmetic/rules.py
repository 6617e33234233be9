"""The functions of one number that a network may be made of, with three derivatives, on floats.

A rule is data: four functions of an array, (f, f′, f″, f‴). Reverse differentiation of a power series of order two
needs the third. The rules for balls stand in `ball_rules`, and are written anew.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeAlias

import numpy as np
import scipy

from wnverify.arrays import FloatArray
from wnverify.engine.activations import ACTIVATIONS, Activation

Rule: TypeAlias = tuple[Callable[[Any], Any], ...]
"""(f, f′, f″, f‴)."""
TWO_OVER_ROOT_PI = 2.0 / math.sqrt(math.pi)


def _zero(z: FloatArray) -> FloatArray:
    return np.zeros_like(z)


def _erf(z: FloatArray) -> FloatArray:
    return np.asarray(scipy.special.erf(z))


def _expit(z: FloatArray) -> FloatArray:
    return np.asarray(scipy.special.expit(z))


def _sech2(z: FloatArray) -> FloatArray:
    e = np.exp(-2.0 * np.abs(z))
    return 4.0 * e / np.square(1.0 + e)


def _bell(z: FloatArray) -> FloatArray:
    return TWO_OVER_ROOT_PI * np.exp(-z * z)


def _logistic(z: FloatArray) -> FloatArray:
    """σ(1 − σ), without cancellation."""
    e = np.exp(-np.abs(z))
    return e / np.square(1.0 + e)


def _logistic_slope(z: FloatArray) -> FloatArray:
    return -np.tanh(0.5 * z) * _logistic(z)


def _logistic_bend(z: FloatArray) -> FloatArray:
    """σ‴ = σ(1 − σ)(1 − 6σ(1 − σ))."""
    slope = _logistic(z)
    return slope * (1.0 - 6.0 * slope)


def _cauchy(z: FloatArray) -> FloatArray:
    return 1.0 / (1.0 + z * z)


def _reciprocal_bend(z: FloatArray) -> FloatArray:
    return 2.0 / (z * z * z)


def _reciprocal_turn(z: FloatArray) -> FloatArray:
    square = z * z
    return -6.0 / (square * square)


def _root_bend(z: FloatArray) -> FloatArray:
    return -0.25 / (z * np.sqrt(z))


def _root_turn(z: FloatArray) -> FloatArray:
    return 0.375 / (z * z * np.sqrt(z))


_TANH: Rule = (
    np.tanh,
    _sech2,
    lambda z: -2.0 * np.tanh(z) * _sech2(z),
    lambda z: _sech2(z) * (6.0 * np.tanh(z) ** 2 - 2.0),
)
RULES: Mapping[str, Rule] = {
    "exp": (np.exp,) * 4,
    "expm1": (np.expm1, np.exp, np.exp, np.exp),
    "log": (np.log, lambda z: 1.0 / z, lambda z: -1.0 / z**2, lambda z: 2.0 / z**3),
    "log1p": (np.log1p, lambda z: 1 / (1 + z), lambda z: -1 / (1 + z) ** 2, lambda z: 2 / (1 + z) ** 3),
    "sqrt": (np.sqrt, lambda z: 0.5 / np.sqrt(z), _root_bend, _root_turn),
    "reciprocal": (lambda z: 1.0 / z, lambda z: -1.0 / (z * z), _reciprocal_bend, _reciprocal_turn),
    "tanh": _TANH,
    "sin": (np.sin, np.cos, lambda z: -np.sin(z), lambda z: -np.cos(z)),
    "cos": (np.cos, lambda z: -np.sin(z), lambda z: -np.cos(z), np.sin),
    "sinh": (np.sinh, np.cosh, np.sinh, np.cosh),
    "cosh": (np.cosh, np.sinh, np.cosh, np.sinh),
    "arctan": (
        np.arctan,
        _cauchy,
        lambda z: -2.0 * z * _cauchy(z) ** 2,
        lambda z: (6.0 * z * z - 2.0) * _cauchy(z) ** 3,
    ),
    "erf": (_erf, _bell, lambda z: -2.0 * z * _bell(z), lambda z: (4.0 * z * z - 2.0) * _bell(z)),
    "sigmoid": (_expit, _logistic, _logistic_slope, _logistic_bend),
    "softplus": (lambda z: np.logaddexp(0.0, z), _expit, _logistic, _logistic_slope),
    "abs": (np.abs, np.sign, _zero, _zero),
    "sign": (np.sign, _zero, _zero, _zero),
}
OWN: Mapping[str, Rule] = {
    "tanh": _TANH,
    "sin": RULES["sin"],
    "identity": (np.positive, np.ones_like, _zero, _zero),
}
"""Activations whose derivatives take less one by one than all at once."""
OF_VALUE: Mapping[str, Callable[[Any], Any]] = {
    "exp": np.positive,
    "sqrt": lambda f: 0.5 / f,
    "reciprocal": lambda f: -f * f,
}
"""f′ from f."""
KINKED = frozenset({"abs", "sign", "phi relu"})
"""Without derivative at 0."""


@cache
def rule(name: str) -> Rule:
    """The rule of that name: of `RULES`, `phi tanh` for an activation, `power 0x1.8p+0` for a power, in hexadecimal.

    >>> [float(part(np.float64(4.0))) for part in rule("power 0x1p-1")][:2]
    [2.0, 0.25]
    """
    kind, _, which = name.partition(" ")
    if kind == "phi":
        return OWN.get(which) or _of_activation(ACTIVATIONS[which])
    return _of_power(float.fromhex(which)) if kind == "power" else RULES[name]


def _of_activation(phi: Activation) -> Rule:
    def part(order: int) -> Callable[[FloatArray], FloatArray]:
        return lambda z: phi.jet(z, order)[order]

    return tuple(part(order) for order in range(4))


def _of_power(exponent: float) -> Rule:
    def part(order: int) -> Callable[[FloatArray], FloatArray]:
        factor = math.prod(exponent - k for k in range(order))
        return (lambda z: factor * z ** (exponent - order)) if factor else _zero

    return tuple(part(order) for order in range(4))
