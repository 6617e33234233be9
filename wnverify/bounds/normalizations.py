"""Bounds for networks with other normalizations of the weights than that of rows; derived for this project.

V = ‖v‖, φ(0) = 0 and |φ′| ≤ 1 throughout.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy
from sympy import Max, Min, sqrt

from wnverify.bounds.banerjee2024 import chain_eigenvalue
from wnverify.bounds.depth_free import K_L, hessian_from
from wnverify.families.networks.setting import L, beta
from wnverify.steps import Step

LAYERS = Min(L, 2)
"""sup Σ_l ‖∂f/∂W^l‖²/κ for W/‖W‖_F: 1 for L = 1, and 2 for every deeper network."""


# ---- W/‖W‖_F


def frobenius_gradient_squared(V: sympy.Expr, omega: sympy.Expr) -> sympy.Expr:
    """max(1, κ) + κ for L ≥ 2 and 1 + κ for L = 1, κ = V²/ω²: bounds ‖∇_θ f‖².

    Args:
        V: ‖v‖.
        omega: the least ‖W^l‖_F.

    >>> frobenius_gradient_squared(sympy.Integer(3), sympy.Integer(1)).subs(L, 5)
    18
    """
    kappa = V**2 / omega**2
    return Max(1, kappa * Min(L - 1, 1)) + kappa


def frobenius_hessian(
    V: sympy.Expr, omega: sympy.Expr, cross: sympy.Expr = K_L, layers: sympy.Expr = LAYERS
) -> sympy.Expr:
    """The root of `depth_free.hessian_from` at h = V/ω², T = h(K_L + β·min(2L−1, λ_L)), b = √min(L, 2)/ω.

    Args:
        V: ‖v‖.
        omega: the least ‖W^l‖_F.
        cross: K_L is right.
        layers: min(L, 2) is right.
    """
    own = V / omega**2
    tangential = own * (cross + beta * Min(2 * L - 1, chain_eigenvalue()))
    return hessian_from(own, tangential, sqrt(layers) / omega)


def frobenius_pieces(V: sympy.Expr, omega: sympy.Expr, measured: Sequence[sympy.Expr]) -> list[Step]:
    """The bounds of the pieces of the Hessian, one after the other: own, cross, and the activations'.

    Args:
        V: ‖v‖.
        omega: the least ‖W^l‖_F.
        measured: the sizes of the three pieces.
    """
    own, turning, bent = measured
    return [
        Step("‖∂f/∂z^l‖ ≤ ‖v‖ and ‖α^l‖ ≤ 1", own, "<=", V / omega**2),
        Step("r⁴‖A_2^L‖² ≤ Π(1 + r²‖δ^l‖²), the best r", turning, "<=", K_L * V / omega**2),
        Step(
            "βV Σ‖ż^l‖², and ‖ż^l‖² ≤ min(l, 2)η², or ‖ż^l‖ ≤ Σ_{k≤l} ‖δ^k‖",
            bent,
            "<=",
            beta * Min(2 * L - 1, chain_eigenvalue()) * V / omega**2,
        ),
    ]


# ---- W/‖W‖₂


def spectral_ratio(closeness: sympy.Expr) -> sympy.Expr:
    """s = σ₂/σ₁ = 1 − 1/t.

    Args:
        closeness: t = σ₁/(σ₁ − σ₂).
    """
    return 1 - 1 / closeness


def spectral_curvature(closeness: sympy.Expr) -> sympy.Expr:
    """ℓ = λ_max[[2s, 1], [1, t]], t = 1/(1−s): bounds ‖D²(W/‖W‖₂)[U, U]a‖ over unit U and a, in units of 1/‖W‖₂².

    Args:
        closeness: t = σ₁/(σ₁ − σ₂).

    >>> spectral_curvature(sympy.Integer(1))
    1/2 + sqrt(5)/2
    """
    twice = 2 * spectral_ratio(closeness)
    return (twice + closeness + sqrt((twice - closeness) ** 2 + 4)) / 2


def spectral_one_layer(V: sympy.Expr, sigma: sympy.Expr, closeness: sympy.Expr, r: sympy.Expr) -> sympy.Expr:
    """C = V(rℓ + β(1 + s²)r²)/σ², which bounds ‖∂²f/∂W²‖₂ of a single layer.

    Args:
        V: ‖v‖.
        sigma: ‖W‖₂.
        closeness: 1/(1 − s), s = σ₂/σ₁.
        r: ‖x‖.
    """
    return V * (r * spectral_curvature(closeness) + beta * (1 + spectral_ratio(closeness) ** 2) * r**2) / sigma**2
