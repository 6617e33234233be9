"""Bounds for networks with other normalizations of the weights than that of rows; derived for this project.

V = ‖v‖, φ(0) = 0 and |φ′| ≤ 1 throughout.
"""

from __future__ import annotations

import sympy
from sympy import Max, Min, exp, log, sqrt

from wnverify.bounds import banerjee2024
from wnverify.bounds.banerjee2024 import chain_eigenvalue
from wnverify.bounds.depth_free import hessian_from
from wnverify.families.networks.setting import L, beta

LAYERS = Min(L, 2)
"""sup Σ_l ‖∂f/∂W^l‖²/κ for W/‖W‖_F: 1 for L = 1, and 2 for every deeper network."""
BEYOND_SECOND = Max(L - 2, 1)
CROSS = Min(L - 1, exp(BEYOND_SECOND / 2 * log(1 + 2 / BEYOND_SECOND)))
"""K_L = (L/(L−2))^{(L−2)/2} < e, K_1 = 0, K_2 = 1: the cross term of the Hessian, in units of V/ω²."""


def pair(curvature: sympy.Expr, cross: sympy.Expr) -> sympy.Expr:
    """(C + √(C² + 4b²))/2, the largest C·u² + 2b·uq over unit (u, q).

    Args:
        curvature: C.
        cross: b.

    >>> pair(sympy.Integer(3), sympy.Integer(2))
    4
    """
    return banerjee2024.hessian_from(curvature, cross)


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
    V: sympy.Expr, omega: sympy.Expr, cross: sympy.Expr = CROSS, layers: sympy.Expr = LAYERS
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
