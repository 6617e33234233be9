"""The explicit bounds of `banerjee2024`, for a network of the paper's kind, as floats.

From G² ≥ ‖∇f‖² and H ≥ ‖∇²f‖₂ follow β_𝓛 = 2G² + 2H√𝓛 (`loss_hessian`) and α = R/2 − 2H√𝓛 (`rsc`, near θ along the
gradient).
"""

from __future__ import annotations

import math

import numpy as np

from wnverify.bounds.compiled import Certified, Scales, certified_at
from wnverify.questions.audit.layered import as_saved
from wnverify.questions.audit.understood import Understood

INSIDE = 1 + 1e-12
"""Rounding of an input that is scaled to the ball's radius."""


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


def explicit(found: Understood, shortest: float, longest: float) -> Certified:
    """G² and H at networks of this shape with rows of norm ω at least and ‖v‖ ≤ 1 + ρ₁.

    Args:
        found: one of which `speaks_of` is true.
        shortest: ω.
        longest: ‖v‖ at most.
    """
    net, phi = found.net, found.net.phi
    scales = Scales(len(net.hidden), net.sizes[1], shortest, max(0.0, longest - 1), phi.beta, phi.c0)
    return certified_at(scales, scaling=found.scaling)
