"""Bounds for networks whose pre-activations are normalised (RMSNorm, LayerNorm, BatchNorm); derived for this project.

V = ‖v‖; what the layers divide by, and by how much they stretch, is measured.
"""

from __future__ import annotations

import sympy
from sympy import sqrt

from wnverify.bounds import banerjee2024

CURVATURE = 2 / sqrt(3)
"""sup of R²‖D²N(z)[h, h]‖ over unit h, N(z) = z/√(‖z‖² + δ), R² = ‖z‖² + δ, whatever δ ≥ 0."""


def gradient_squared(radius: sympy.Expr, growth: sympy.Expr, V: sympy.Expr) -> sympy.Expr:
    """G² = 1 + (V²/R²) Σ_{j<L} χ^{2j}, which bounds ‖∇_θ f‖².

    Args:
        radius: R, the least norm that a layer divides by.
        growth: Σ_{j<L} χ^{2j}.
        V: ‖v‖.

    >>> gradient_squared(sympy.Integer(2), sympy.Integer(3), sympy.Integer(4))
    13
    """
    return 1 + V**2 * growth / radius**2


def pair(own: sympy.Expr, cross: sympy.Expr) -> sympy.Expr:
    """(C + √(C² + 4b²))/2, the largest Cp² + 2bpq over p² + q² = 1.

    Args:
        own: C.
        cross: b.

    >>> pair(sympy.Integer(3), sympy.Integer(2))
    4
    """
    return banerjee2024.hessian_from(own, cross)


def loss_gradient_squared(G_squared: sympy.Expr, loss: sympy.Expr) -> sympy.Expr:
    """4G²𝓛 for the square loss of any predictor with ‖∇_θ f‖ ≤ G.

    Args:
        G_squared: G².
        loss: 𝓛.
    """
    return 4 * G_squared * loss


def loss_hessian(G_squared: sympy.Expr, hessian: sympy.Expr, loss: sympy.Expr) -> sympy.Expr:
    """2G² + 2H√𝓛 for the square loss of any predictor with ‖∇_θ f‖ ≤ G and ‖∇²_θ f‖₂ ≤ H.

    Args:
        G_squared: G².
        hessian: H.
        loss: 𝓛.
    """
    return 2 * G_squared + 2 * hessian * sqrt(loss)
