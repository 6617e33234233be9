"""Activation functions with three derivatives and the constants that the theorems use.

Every `jet(z, order)` returns (φ, φ′, …, φ^(order)) at once, because the derivatives share their
transcendental part. All are stable for |z| ≤ 1e3, in the relative sense: a saturated tanh has
φ′ = 4e^{-2|z|}/(1 + e^{-2|z|})² and not 1 − tanh², which has no correct digit at |z| = 20.

This table is where the names of the activations stand; whoever lists them asks it. The formulas of `autodiff`, of
`wnverify.balls.activations` and of the standalone script are written anew, for they are there to disagree.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import scipy

from wnverify.arrays import FloatArray
from wnverify.errors import UsageError, expected

if TYPE_CHECKING:
    import sympy

Jet: TypeAlias = Callable[[FloatArray, int], tuple[FloatArray, ...]]
Constants: TypeAlias = Callable[[Any], tuple[Any, Any, Any]]
"""(sup|φ′|, sup|φ″|, |φ(0)|) in the arithmetic of a module: of `math`, or of sympy."""
FEW = 4096


@dataclass(frozen=True)
class Activation:
    """A function φ with its derivatives and constants.

    Args:
        name: its name.
        jet: (z, order) -> (φ, φ′, …, φ^(order)).
        constants: sup|φ′|, sup|φ″| and |φ(0)|, as one formula for floats and for exact numbers.
    """

    name: str
    jet: Jet
    constants: Constants

    def value(self, z: FloatArray) -> FloatArray:
        """φ(z)."""
        return self.jet(z, 0)[0]

    @property
    def slope(self) -> float:
        """sup|φ′|, rounded up."""
        return _upper(self.constants(math)[0])

    @property
    def beta(self) -> float:
        """sup|φ″|, rounded up."""
        return _upper(self.constants(math)[1])

    @property
    def c0(self) -> float:
        """|φ(0)|, rounded up."""
        return _upper(self.constants(math)[2])


def _upper(number: float | Fraction) -> float:
    """A float that is not below: exact numbers as they are, what was computed to within one ulp the next one up."""
    return math.nextafter(number, math.inf) if isinstance(number, float) else float(number)


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
    if order == 0:
        return ()
    small = 1.0 / (1.0 + e)
    other = e * small
    first = np.where(z >= 0, small, other)
    if order == 1:
        return (first,)
    second = other * small
    return (first, second) if order == 2 else (first, second, -np.tanh(0.5 * z) * second)


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


def _gelu_slope(by: Any) -> Any:
    # sup (zΦ(z))′ = Φ(√2) + √2·φ(√2) = (1 + erf 1)/2 + e^{-1}/√π, as (zΦ)″ = (2 − z²)φ(z) vanishes at ±√2.
    return (1 + by.erf(1)) / 2 + by.exp(-1) / by.sqrt(by.pi)


_GELU_SLOPE: float = _gelu_slope(math)


def _normal(z: FloatArray) -> FloatArray:
    """Φ; where they are few numbers, one by one, for scipy.special takes as long to load as a million of them."""
    if z.size > FEW:
        return np.asarray(scipy.special.ndtr(z))
    return 0.5 * np.array([math.erfc(each) for each in (-math.sqrt(0.5) * z).ravel().tolist()]).reshape(z.shape)


def _gelu(z: FloatArray, order: int) -> tuple[FloatArray, ...]:
    # g = zΦ, g′ = Φ + zφ, g″ = (2 − z²)φ, g‴ = (z³ − 4z)φ, all divided by sup g′.
    tail = _normal(z) / _GELU_SLOPE
    if order == 0:
        return (z * tail,)
    bell = np.exp(-0.5 * z * z) / (_GELU_SLOPE * math.sqrt(2.0 * math.pi))
    square = z * z
    return (z * tail, tail + z * bell, (2.0 - square) * bell, z * (square - 4.0) * bell)[: order + 1]


# tanh″ = −2t(1 − t²) is extreme at t² = 1/3; sigmoid4″(z) = tanh″(z/2)/2.
# gelu: |(2 − z²)φ(z)| has the critical points 0 (2φ(0) = √(2/π)) and ±2 (2φ(2), smaller).
_TABLE = (
    Activation("tanh", _tanh, lambda by: (1, 4 / (3 * by.sqrt(3)), 0)),
    Activation("sin", _sin, lambda by: (1, 1, 0)),
    Activation("identity", _identity, lambda by: (1, 0, 0)),
    Activation("softplus", _softplus, lambda by: (1, Fraction(1, 4), by.log(2))),
    Activation("softplus0", _softplus0, lambda by: (1, Fraction(1, 4), 0)),
    Activation("sigmoid4", _sigmoid4, lambda by: (1, 2 / (3 * by.sqrt(3)), 0)),
    Activation("gelu", _gelu, lambda by: (1, by.sqrt(2 / by.pi) / _gelu_slope(by), 0)),
    Activation("relu", _relu, lambda by: (1, math.inf, 0)),
)
ACTIVATIONS: Mapping[str, Activation] = MappingProxyType({phi.name: phi for phi in _TABLE})
SMOOTH = tuple(phi.name for phi in _TABLE if math.isfinite(phi.beta))
"""Those with a second derivative."""


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
    import sympy

    names = ("slope", "beta", "c0")
    return dict(zip(names, map(sympy.sympify, activation(name).constants(sympy)), strict=True))
