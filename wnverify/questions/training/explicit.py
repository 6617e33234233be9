"""The explicit bounds of `banerjee2024`, for a network of the paper's kind, as floats.

`predictor_gradient` and `predictor_hessian` have G² ≥ ‖∇f‖² and H ≥ ‖∇²f‖₂ in L, m, ρ₁, ω, β and |φ(0)|; from these
follow β_𝓛 = 2G² + 2H√𝓛 (`loss_hessian`) and α = R/2 − 2H√𝓛 (`rsc`, near θ along the gradient).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import sympy

from wnverify.bounds.banerjee2024 import predictor
from wnverify.families.networks.setting import L, beta, c0, m
from wnverify.families.networks.weight_norm import omega, rho
from wnverify.questions.audit.layered import as_saved
from wnverify.questions.audit.subject import LOSSES
from wnverify.questions.audit.understood import Understood
from wnverify.typed.vocabulary import family_named

SYMBOLS = (L, m, rho, omega, beta, c0)
INSIDE = 1 + 1e-12
"""Rounding of an input that is scaled to the ball's radius."""


@dataclass(frozen=True)
class Explicit:
    """What holds at every network of a shape with ‖v‖ ≤ 1 + ρ₁ and rows of norm ω at least.

    Args:
        gradient_squared: G².
        hessian: H.
    """

    gradient_squared: float
    hessian: float

    def smoothness(self, loss: float) -> float:
        """β_𝓛 = 2G² + 2H√𝓛 ≥ ‖∇²𝓛‖₂."""
        return 2 * self.gradient_squared + 2 * self.hessian * math.sqrt(loss)

    def cost(self, loss: float) -> float:
        """2H√𝓛, what α = R/2 − 2H√𝓛 takes from R/2."""
        return 2 * self.hessian * math.sqrt(loss)


def speaks_of(found: Understood) -> bool:
    """Whether the paper's setting holds: unit rows, one width, one output, |φ′| ≤ 1, β < ∞ and ‖x‖ in the ball.

    Gains and biases that are stored are refused even at 1 and 0: a step moves them, and they have derivatives.
    """
    phi, net = found.net.phi, found.net
    stored = any(layer.g is not None or layer.b is not None for layer in net.layers)
    if stored or as_saved(found) is None or len(set(net.sizes[1:-1])) != 1:
        return False
    radius = 1.0 if found.scaling == "fan_out" else math.sqrt(net.sizes[0])
    inside = float(np.linalg.norm(found.X, axis=1).max()) <= radius * INSIDE
    return phi.slope <= 1 and math.isfinite(phi.beta) and inside


def explicit(found: Understood, shortest: float, longest: float) -> Explicit:
    """G² and H at networks of this shape.

    Args:
        found: one of which `speaks_of` is true.
        shortest: ω.
        longest: ‖v‖ at most.
    """
    net, phi = found.net, found.net.phi
    place = len(net.hidden), net.sizes[1], max(0.0, longest - 1), shortest, phi.beta, phi.c0
    squared, curved = (float(formula(*place)) for formula in _formulas(phi.name, found.scaling))
    return Explicit(squared, curved)


@cache
def _formulas(activation: str, scaling: str) -> tuple[Callable[..., float], ...]:
    rescaling = family_named(LOSSES).rescaling({"activation": activation, "scaling": scaling})
    bounds = predictor().gradient_squared, predictor().hessian
    return tuple(sympy.lambdify(SYMBOLS, each.subs(rescaling, simultaneous=True), "math") for each in bounds)
