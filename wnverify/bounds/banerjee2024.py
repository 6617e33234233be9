"""Bounds for WeightNorm networks after Cisneros-Velarde et al. (arXiv:2409.08935).

The paper states rates; the explicit constants were derived for this project. With `a_l = 1 + l√m c0`
one has ‖α^l‖₂ ≤ a_l, since every layer is 1-Lipschitz and adds at most √m·c0.
"""

from __future__ import annotations

from typing import TypeAlias

import sympy
from sympy import pi, sin, sqrt

from wnverify.families.weight_norm import L, beta, c0, m, omega, rho

Scalar: TypeAlias = "sympy.Expr | int"


def activation_norm(layer: Scalar) -> sympy.Expr:
    """a_l = 1 + l√m c0, which bounds ‖α^l‖₂; 1 when φ(0) = 0.

    >>> activation_norm(0)
    1
    """
    return 1 + layer * sqrt(m) * c0


def chain_eigenvalue() -> sympy.Expr:
    """λ_L = 1/(4 sin²(π/(4L+2))), the largest eigenvalue of the L×L matrix [L + 1 − max(j, k)].

    >>> chain_eigenvalue().subs(L, 1)
    1
    """
    return 1 / (4 * sin(pi / (4 * L + 2)) ** 2)


def hidden_gradient_squared() -> sympy.Expr:
    """(1+ρ₁)²/(mω²) Σ_{l<L} a_l², which bounds ‖∇_W f‖²; the sum written out.

    >>> hidden_gradient_squared().subs(c0, 0)
    L*(rho + 1)**2/(m*omega**2)
    """
    step = sqrt(m) * c0
    total = L + step * L * (L - 1) + step**2 * L * (L - 1) * (2 * L - 1) / 6
    return (1 + rho) ** 2 / (m * omega**2) * total


def gradient_squared() -> sympy.Expr:
    """G² = a_L² + (1+ρ₁)²/(mω²) Σ_{l<L} a_l², which bounds ‖∇_θ f‖²."""
    return activation_norm(L) ** 2 + hidden_gradient_squared()


def cross_term() -> sympy.Expr:
    """b = a√L/(√m ω), a = a_{L−1}: the bilinear part of the second derivative in (W, v)."""
    return activation_norm(L - 1) * sqrt(L) / (sqrt(m) * omega)


CURVATURE = 2 / sqrt(3)
"""sup‖D²N(w)[u,u]‖·‖w‖² over unit u, for the normalisation N(w) = w/‖w‖; exact."""


def hidden_term(
    *, own: sympy.Expr = CURVATURE, scale: sympy.Expr = omega**2, radius: sympy.Expr = 1 + rho
) -> sympy.Expr:
    """C = (1+ρ₁){β a² [(1 − m^{-1/2}) + λ_L m^{-1/2}]/(mω²) + (2/√3) a/(√m ω²) + a(L−1)/(mω²)}.

    The three summands: curvature of the activations, of the normalisation itself, and their cross term.

    Args:
        own: the curvature of the normalisation.
        scale: the power of the minimum weight norm; ω² is right.
        radius: the factor ‖v‖; 1 + ρ₁ is right.
    """
    a = activation_norm(L - 1)
    activation = beta * a**2 * ((1 - 1 / sqrt(m)) + chain_eigenvalue() / sqrt(m)) / (m * scale)
    return radius * (activation + own * a / (sqrt(m) * scale) + a * (L - 1) / (m * scale))


def hessian_from(hidden: sympy.Expr, cross: sympy.Expr) -> sympy.Expr:
    """(C + √(C² + 4b²))/2, the largest eigenvalue of [[0, b], [b, C]].

    >>> hessian_from(sympy.Integer(3), sympy.Integer(2))
    4
    """
    return (hidden + sqrt(hidden**2 + 4 * cross**2)) / 2


def hessian() -> sympy.Expr:
    """H = (C + √(C² + 4b²))/2, which bounds ‖∇²_θ f‖₂."""
    return hessian_from(hidden_term(), cross_term())
