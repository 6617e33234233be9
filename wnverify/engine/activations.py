"""Activation functions with three derivatives and the constants that the theorems use.

Every `jet(z, order)` returns (φ, φ′, …, φ^(order)) at once, because the derivatives share their
transcendental part. All are stable for |z| ≤ 1e3, in the relative sense: a saturated tanh has
φ′ = 4e^{-2|z|}/(1 + e^{-2|z|})² and not 1 − tanh², which has no correct digit at |z| = 20.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.errors import UsageError, expected

if TYPE_CHECKING:
    import sympy

Jet: TypeAlias = Callable[[FloatArray, int], tuple[FloatArray, ...]]
Pointwise: TypeAlias = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True)
class Activation:
    """A function φ, its derivatives, and slope = sup|φ′|, beta = sup|φ″|, c0 = |φ(0)| as upper floats.

    `odd` says that φ(−z) = −φ(z).
    """

    name: str
    value: Pointwise
    d1: Pointwise
    d2: Pointwise
    d3: Pointwise
    slope: float
    beta: float
    c0: float
    odd: bool
    jet: Jet


def _tanh(z: FloatArray, order: int) -> tuple[FloatArray, ...]:
    # t′ = s, t″ = −2ts, t‴ = s(6t² − 2) with s = sech².
    t = np.tanh(z)
    if order == 0:
        return (t,)
    e = np.exp(-2.0 * np.abs(z))
    s = 4.0 * e / np.square(1.0 + e)
    if order == 1:
        return t, s
    second = -2.0 * t * s
    if order == 2:
        return t, s, second
    return t, s, second, s * (6.0 * t * t - 2.0)


def _sigmoid4(z: FloatArray, order: int) -> tuple[FloatArray, ...]:
    # 4σ(z) − 2 = 2 tanh(z/2).
    factors = (2.0, 1.0, 0.5, 0.25)
    return tuple(c * part for c, part in zip(factors, _tanh(0.5 * z, order), strict=False))


def _sin(z: FloatArray, order: int) -> tuple[FloatArray, ...]:
    s = np.sin(z)
    if order == 0:
        return (s,)
    c = np.cos(z)
    return (s, c, -s, -c)[: order + 1]


def _identity(z: FloatArray, order: int) -> tuple[FloatArray, ...]:
    zero = np.zeros_like(z)
    return (z.copy(), np.ones_like(z), zero, zero)[: order + 1]


def _relu(z: FloatArray, order: int) -> tuple[FloatArray, ...]:
    zero = np.zeros_like(z)
    return (np.maximum(z, 0.0), (z > 0).astype(np.float64), zero, zero)[: order + 1]


def _logistic_slopes(z: FloatArray, e: FloatArray, order: int) -> tuple[FloatArray, ...]:
    # σ, σ(1 − σ) and σ(1 − σ)(1 − 2σ) from e = exp(−|z|); 1 − 2σ(z) = −sign(z)(1 − e)/(1 + e).
    small = 1.0 / (1.0 + e)
    first = np.where(z >= 0, small, e * small)
    second = e * small * small
    third = -np.tanh(0.5 * z) * second
    return (first, second, third)[:order]


def _softplus(z: FloatArray, order: int) -> tuple[FloatArray, ...]:
    e = np.exp(-np.abs(z))
    return np.maximum(z, 0.0) + np.log1p(e), *_logistic_slopes(z, e, order)


def _softplus0(z: FloatArray, order: int) -> tuple[FloatArray, ...]:
    # softplus(z) − log 2 = z/2 + log cosh(z/2), and log cosh y = log1p(2 sinh²(y/2)): no cancellation at 0.
    size = np.abs(z)
    e = np.exp(-size)
    near = 0.5 * z + np.log1p(2.0 * np.square(np.sinh(0.25 * np.minimum(size, 4.0))))
    far = np.maximum(z, 0.0) + (np.log1p(e) - math.log(2.0))
    return np.where(size < 4.0, near, far), *_logistic_slopes(z, e, order)


# sup (zΦ(z))′ = Φ(√2) + √2·φ(√2) = (1 + erf 1)/2 + e^{-1}/√π, as (zΦ)″ = (2 − z²)φ(z) vanishes at ±√2.
_GELU_SLOPE = 0.5 * (1.0 + math.erf(1.0)) + math.exp(-1.0) / math.sqrt(math.pi)


def _gelu(z: FloatArray, order: int) -> tuple[FloatArray, ...]:
    # g = zΦ, g′ = Φ + zφ, g″ = (2 − z²)φ, g‴ = (z³ − 4z)φ, all divided by sup g′.
    from scipy.special import ndtr

    tail = ndtr(z) / _GELU_SLOPE
    if order == 0:
        return (z * tail,)
    bell = np.exp(-0.5 * z * z) / (_GELU_SLOPE * math.sqrt(2.0 * math.pi))
    square = z * z
    return (z * tail, tail + z * bell, (2.0 - square) * bell, z * (square - 4.0) * bell)[: order + 1]


def _build(name: str, jet: Jet, constants: tuple[float, float, float], odd: bool = False) -> Activation:
    def part(order: int) -> Pointwise:
        return lambda z: jet(np.asarray(z, dtype=np.float64), order)[order]

    slope, beta, c0 = constants
    return Activation(name, part(0), part(1), part(2), part(3), slope, beta, c0, odd, jet)


def _up(number: float) -> float:
    """Return the next float above: an upper bound of a constant computed to within one ulp."""
    return math.nextafter(number, math.inf)


_TANH_BETA = _up(4.0 / (3.0 * math.sqrt(3.0)))
_GELU_BETA = _up(math.sqrt(2.0 / math.pi) / _GELU_SLOPE)

ACTIVATIONS: Mapping[str, Activation] = MappingProxyType(
    {
        phi.name: phi
        for phi in (
            _build("tanh", _tanh, (1.0, _TANH_BETA, 0.0), odd=True),
            _build("sin", _sin, (1.0, 1.0, 0.0), odd=True),
            _build("identity", _identity, (1.0, 0.0, 0.0), odd=True),
            _build("softplus", _softplus, (1.0, 0.25, _up(math.log(2.0)))),
            _build("softplus0", _softplus0, (1.0, 0.25, 0.0)),
            _build("sigmoid4", _sigmoid4, (1.0, _up(2.0 / (3.0 * math.sqrt(3.0))), 0.0), odd=True),
            _build("gelu", _gelu, (1.0, _GELU_BETA, 0.0)),
            _build("relu", _relu, (1.0, math.inf, 0.0)),
        )
    }
)


def activation(name: str) -> Activation:
    """Return the activation of that name.

    >>> activation("tanh").c0
    0.0

    Raises:
        UsageError: there is no activation of that name; the message proposes the nearest.
    """
    if name not in ACTIVATIONS:
        near = difflib.get_close_matches(name, ACTIVATIONS, n=1)
        remedy = f"did you mean '{near[0]}'?" if near else ""
        raise UsageError(expected(f"an activation among {', '.join(ACTIVATIONS)}", repr(name), remedy))
    return ACTIVATIONS[name]


def exact_constants(name: str) -> dict[str, sympy.Expr]:
    """Return slope = sup|φ′|, beta = sup|φ″| and c0 = |φ(0)| as exact sympy expressions.

    >>> exact_constants("tanh")["beta"]
    4*sqrt(3)/9

    Raises:
        UsageError: there is no activation of that name.
    """
    import sympy as sp

    one, zero = sp.Integer(1), sp.Integer(0)
    # tanh″ = −2t(1 − t²) is extreme at t² = 1/3; sigmoid4″(z) = tanh″(z/2)/2.
    # gelu: |(2 − z²)φ(z)| has the critical points 0 (2φ(0) = √(2/π)) and ±2 (2φ(2), smaller).
    gelu_slope = (1 + sp.erf(1)) / 2 + sp.exp(-1) / sp.sqrt(sp.pi)
    beta_c0 = {
        "tanh": (4 / (3 * sp.sqrt(3)), zero),
        "sin": (one, zero),
        "identity": (zero, zero),
        "softplus": (sp.Rational(1, 4), sp.log(2)),
        "softplus0": (sp.Rational(1, 4), zero),
        "sigmoid4": (2 / (3 * sp.sqrt(3)), zero),
        "gelu": (sp.sqrt(2 / sp.pi) / gelu_slope, zero),
        "relu": (sp.oo, zero),
    }
    beta, c0 = beta_c0[activation(name).name]
    return {"slope": one, "beta": beta, "c0": c0}
