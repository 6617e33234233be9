"""G² and H of a network as floats, and what they say of its square loss: β_𝓛 and the parameter α of RSC.

Every formula is that of sympy beside this file, compiled once. `explicit` are `predictor_gradient` and
`predictor_hessian` of `banerjee2024`; `depth-free` are those with φ(0) = 0, in which depth enters hardly at all.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import astuple, dataclass
from functools import cache

import sympy

from wnverify.bounds import banerjee2024, depth_free
from wnverify.families.networks.setting import L, beta, c0, m
from wnverify.families.networks.weight_norm import WEIGHT_NORM, omega, rho

SYMBOLS = (L, m, omega, rho, beta, c0)
SOURCES = {"explicit": banerjee2024.predictor, "depth-free": depth_free.predictor}


@dataclass(frozen=True)
class Scales:
    """What the bounds know of a network.

    Args:
        depth: L.
        width: m, of every hidden layer.
        omega: ω, the least norm of a row.
        rho: ρ₁, with ‖v‖ ≤ 1 + ρ₁.
        beta: sup|φ″|.
        c0: |φ(0)|.
    """

    depth: int
    width: int
    omega: float
    rho: float
    beta: float
    c0: float


@dataclass(frozen=True)
class Certified:
    """What holds at every network of these scales.

    Args:
        omega: ω.
        rho: ρ₁.
        gradient_squared: G², which bounds ‖∇f‖².
        hessian: H, which bounds ‖∇²f‖₂.
    """

    omega: float
    rho: float
    gradient_squared: float
    hessian: float

    def smoothness(self, loss: float) -> float:
        """β_𝓛 = 2G² + 2H√𝓛, which bounds ‖∇²𝓛‖₂.

        Args:
            loss: 𝓛.
        """
        return 2 * self.gradient_squared + self.cost(loss)

    def cost(self, loss: float) -> float:
        """2H√𝓛, what the curvature of the network adds to that of the loss, or takes from it.

        Args:
            loss: 𝓛.
        """
        return 2 * self.hessian * math.sqrt(loss)

    def convexity(self, ratio: float, loss: float) -> float:
        """α = R/2 − 2H√𝓛, that of restricted strong convexity at κ = 1 and ‖δ‖ → 0, where it is largest.

        Args:
            ratio: R = ‖∇𝓛‖²/𝓛.
            loss: 𝓛.
        """
        return ratio / 2 - self.cost(loss)


def certified_at(scales: Scales, source: str = "explicit", scaling: str = "fan_out") -> Certified:
    """G² and H at all networks with normalised rows, |φ′| ≤ 1 and inputs in the ball that have these scales.

    Args:
        scales: shape and norms.
        source: a name in `SOURCES`; `depth-free` supposes φ(0) = 0.
        scaling: `fan_out` or `fan_in`.

    >>> certified_at(Scales(1, 1, 1.0, 0.0, 0.0, 0.0)).gradient_squared
    2.0
    """
    squared, curved = (float(formula(*astuple(scales))) for formula in _formulas(source, scaling))
    return Certified(scales.omega, scales.rho, squared, curved)


@cache
def _formulas(source: str, scaling: str) -> tuple[Callable[..., float], ...]:
    found, rescaling = SOURCES[source](), WEIGHT_NORM.rescaling({"scaling": scaling})
    bounds = found.gradient_squared, found.hessian
    return tuple(sympy.lambdify(SYMBOLS, each.subs(rescaling, simultaneous=True), "math") for each in bounds)
