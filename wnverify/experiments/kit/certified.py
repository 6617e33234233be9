"""What theorems say of a network and its square loss, as floats: G², H, β_𝓛 and the parameter α of RSC.

Every bound is a formula of sympy in `wnverify.bounds`; here it is compiled once for floats.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import sqrt

import numpy as np
import sympy

from wnverify.bounds import banerjee2024, depth_free
from wnverify.engine.networks.network import Network
from wnverify.families.networks.setting import L, beta, c0, m
from wnverify.families.networks.weight_norm import omega, rho

SYMBOLS = (L, m, rho, omega, c0, beta)
SOURCES = {"explicit": banerjee2024.predictor, "depth-free": depth_free.predictor}
"""The explicit bounds of `banerjee2024`, and those with φ(0) = 0 in which depth enters hardly at all."""


@dataclass(frozen=True)
class Certified:
    """G² and H of one network with its scales.

    Args:
        omega: the least norm of a row.
        rho: the least value with ‖v‖ ≤ 1 + ρ₁.
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
        return 2 * self.gradient_squared + 2 * self.hessian * sqrt(loss)

    def convexity(self, ratio: float, loss: float) -> float:
        """α = R/2 − 2H√𝓛, that of restricted strong convexity at κ = 1 and ‖δ‖ → 0, where it is largest.

        Args:
            ratio: R = ‖∇𝓛‖²/𝓛.
            loss: 𝓛.
        """
        return ratio / 2 - 2 * self.hessian * sqrt(loss)


def certified(net: Network, source: str) -> Certified:
    """What holds at a network, the first of its batch.

    Args:
        net: with normalised rows, ‖x‖ ≤ 1 and |φ′| ≤ 1; with φ(0) = 0 for the depth-free bounds.
        source: a name in `SOURCES`.
    """
    norms = [float(np.linalg.norm(rows[..., 0], axis=1).min()) for rows in net.W]
    return at_scales(net, source, min(norms), max(0.0, float(np.linalg.norm(net.v[..., 0])) - 1.0))


def at_scales(net: Network, source: str, shortest: float, radius: float) -> Certified:
    """What holds at all networks of a shape with these scales.

    Args:
        net: one of them.
        source: a name in `SOURCES`.
        shortest: ω.
        radius: ρ₁.
    """
    act = net.activation
    place = net.depth, max(net.widths[1:]), radius, shortest, act.c0, act.beta
    squared, curved = (float(formula(*place)) for formula in _formulas(source))
    return Certified(shortest, radius, squared, curved)


@cache
def _formulas(source: str) -> tuple[Callable[..., float], Callable[..., float]]:
    found = SOURCES[source]()
    squared, curved = (sympy.lambdify(SYMBOLS, each, "math") for each in (found.gradient_squared, found.hessian))
    return squared, curved


def rate(step: float, smoothness: float, ratio: float) -> float | None:
    """−log of the factor 1 − η(1 − ηβ/2)R by which a step lowers 𝓛 at least; None where ηβ ≥ 2.

    Args:
        step: η.
        smoothness: β.
        ratio: R.

    >>> rate(3.0, 1.0, 0.5) is None
    True
    """
    if step * smoothness >= 2:
        return None
    return -float(np.log1p(-min(step * (1 - step * smoothness / 2) * ratio, 1.0 - 1e-15)))
