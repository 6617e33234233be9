"""Bounds for WeightNorm networks with φ(0) ≠ 0: depth enters through the activations; derived for this project.

Those of `depth_free` with a = a_{L−1} = 1 + (L−1)√m c0 beside every activation. Notation of the proofs as there, with
c0 = |φ(0)|: ‖α^l‖ ≤ √m c0 + ‖z^l‖ and ‖z^l‖² = X_{l−1}(1 − σ_l).
"""

from __future__ import annotations

import sympy
from sympy import Integer, Max, Min, sqrt

from wnverify.bounds import depth_free
from wnverify.bounds.banerjee2024 import activation_norm, chain_eigenvalue
from wnverify.families.networks.setting import L, beta, c0, m
from wnverify.families.networks.weight_norm import omega, rho

LAYERS = Min(L, 2)
"""What ‖∇_W f‖² is at most in units of a²κ: 1 for L = 1, and 2 for every deeper network."""
OLDER_CROSS = Min(L - 1, 2 * sqrt(5))
"""The older bound on the cross term of the Hessian in units of (1+ρ₁)a/(mω²), of another proof; K_L is below it."""
RATE_CONSTANT = 3
"""The Hessian's bound is below this times `hessian_rate`."""


def reach() -> sympy.Expr:
    """a = a_{L−1} = 1 + (L−1)√m c0, which bounds the activations that reach any layer.

    >>> reach().subs(c0, 0)
    1
    """
    return activation_norm(L - 1)


def hidden_gradient_squared() -> sympy.Expr:
    """min(L, 2)·a²κ, κ = (1+ρ₁)²/(mω²), which bounds ‖∇_W f‖²."""
    return LAYERS * reach() ** 2 * depth_free.step()


def cross_term() -> sympy.Expr:
    """b = √min(L, 2)·a/(√m ω), the bilinear part of the second derivative in (W, v)."""
    return sqrt(LAYERS) * reach() / (sqrt(m) * omega)


def own_term(radius: sympy.Expr = 1 + rho) -> sympy.Expr:
    """h = (1+ρ₁)a/(√m ω²), the scale of the normalisation's own curvature.

    Args:
        radius: the factor ‖v‖; 1 + ρ₁ is right.
    """
    return reach() * depth_free.own_term(radius)


def uniform_curvature() -> sympy.Expr:
    """1 + (2(L−1) + √(2(L−1)))/√m, of what the activations' curvature adds in units of β(1+ρ₁)a²/(mω²)."""
    return 1 + (2 * (L - 1) + sqrt(2 * (L - 1))) / sqrt(m)


def tangential_term(
    activation: sympy.Expr | None = None, radius: sympy.Expr = 1 + rho, cross: sympy.Expr = depth_free.K_L
) -> sympy.Expr:
    """T = (1+ρ₁)/(mω²)·{a·K_L + β a² A_L}: cross terms and curvature of the activations.

    A_L is the smaller of `uniform_curvature` and of the (1 − m^{-1/2}) + λ_L m^{-1/2} of `banerjee2024`.

    Args:
        activation: A_L, which is right, or what else is to stand for it.
        radius: the factor ‖v‖; 1 + ρ₁ is right.
        cross: what the cross terms add; K_L of `depth_free` is right.
    """
    both = Min(uniform_curvature(), (1 - 1 / sqrt(m)) + chain_eigenvalue() / sqrt(m))
    bent = both if activation is None else activation
    return radius / (m * omega**2) * (reach() * cross + beta * reach() ** 2 * bent)


def hessian() -> sympy.Expr:
    """H_a = max(λ₂, min(λ₁, 2h)) of these h, T and b, which bounds ‖∇²_θ f‖₂; see `depth_free.hessian_from`."""
    return depth_free.hessian_from(own_term(), tangential_term(), cross_term())


def hessian_rate() -> sympy.Expr:
    """L³(1+ρ₁)(1+β)(1/√m + max(c0, c0²))/min(ω, ω²), the rate that the paper claims for ‖∇²_θ f‖₂.

    >>> hessian_rate().subs({c0: 0, m: 4, omega: 1, rho: 0, beta: 0, L: 2})
    4
    """
    size = 1 / sqrt(m) + Max(c0, c0**2)
    return L ** Integer(3) * (1 + rho) * (1 + beta) * size / Min(omega, omega**2)
