"""Bounds for WeightNorm networks with φ(0) = 0 in which depth enters hardly at all; derived for this project.

Notation of the proofs, in the files of `theorems/depth_free`: X_l = ‖α^l‖², Y_l = ‖∂f/∂α^l‖², c = ∂f/∂z^l,
θ_i the angle between the row w_i and the activations that reach it, s_i = |sin θ_i|,
σ_l = (1/m) Σ s_i² and t_l = Σ c_i² s_i² / Σ c_i².
"""

from __future__ import annotations

import sympy
from sympy import Max, Min, Rational, exp, log, sqrt

from wnverify.bounds.banerjee2024 import Predictor, Scalar, chain_eigenvalue
from wnverify.families.networks.setting import Given, L, beta, c0, m
from wnverify.families.networks.weight_norm import omega, rho

CENTRED: Given = {"phi(0) = 0": (c0, "<=", 0)}
"""What these bounds suppose beyond the paper's setting."""
ACTIVATIONS = {"activation": ("identity", "tanh", "sin", "gelu")}
"""Activations of that kind, for the statements about the square loss."""
ROOT_WIDTH = sqrt(m)
BEYOND_FIRST = Min(L - 1, 1)
"""0 for L = 1 and 1 for every deeper network."""
SUPREMUM = 1 + (1 - 1 / m) * BEYOND_FIRST
"""sup Σ_l ‖∂f/∂W^l‖²/κ: 1 for L = 1, and 2 − 1/m for every L ≥ 2."""


def cross_constant(depth: Scalar = L) -> sympy.Expr:
    """K_L = (L/(L−2))^{(L−2)/2}, K_1 = 0, K_2 = 1: bounds the cross term of the Hessian in units of (1+ρ₁)/(mω²).

    It rises with L, to e, and is never above L − 1; so the minimum says nothing but K_1 and K_2, where any
    number above 0 may stand for L − 2.

    Args:
        depth: L.

    >>> [cross_constant(depth) for depth in (1, 2, 3, 4, 6)]
    [0, 1, sqrt(3), 2, 9/4]
    """
    further = Max(depth - 2, Rational(1, 2))
    return Min(depth - 1, exp(further / 2 * log(1 + 2 / further)))


K_L = cross_constant()
OLDER_CROSS = Min(L - 1, 2 * sqrt(1 + sqrt(2 * SUPREMUM) + SUPREMUM))
"""The older bound on the cross term, of another proof; at most 2√5. K_L is below it."""


def step(radius: sympy.Expr = 1 + rho) -> sympy.Expr:
    """κ = (1+ρ₁)²/(mω²), the largest ‖∂f/∂W^l‖² of a single layer.

    Args:
        radius: the factor ‖v‖; 1 + ρ₁ is right.
    """
    return radius**2 / (m * omega**2)


def hidden_gradient_squared() -> sympy.Expr:
    """(2 − 1/m)κ for L ≥ 2 and κ for L = 1: the supremum of ‖∇_W f‖².

    >>> hidden_gradient_squared().subs(L, 7)
    (2 - 1/m)*(rho + 1)**2/(m*omega**2)
    """
    return SUPREMUM * step()


def gradient_squared(kappa: sympy.Expr | None = None) -> sympy.Expr:
    """G†² = max(1, κ + 1 − 1/m, (2 − 1/m)κ), the supremum of ‖∇_θ f‖²; the last only for L ≥ 2.

    Args:
        kappa: the share of one layer; κ is right.
    """
    kappa = step() if kappa is None else kappa
    return Max(1, kappa + 1 - 1 / m, SUPREMUM * kappa)


def cross_term(scale: sympy.Expr = ROOT_WIDTH) -> sympy.Expr:
    """b† = √(2 − 1/m)/(√m ω), 1/(√m ω) for L = 1: the supremum of the bilinear part in (W, v).

    Args:
        scale: the power of the width; √m is right.
    """
    return sqrt(SUPREMUM) / (scale * omega)


def activation_curvature() -> sympy.Expr:
    """A_L, what the activations' curvature adds, in units of β(1+ρ₁)/(mω²).

    The smaller of 1 + (S(L−1) + √(S(L−1)))/√m, S = 2 − 1/m, and of the (1 − m^{-1/2}) + λ_L m^{-1/2} of
    `banerjee2024`; both are 1 at L = 1.
    """
    further = SUPREMUM * (L - 1)
    return Min(1 + (further + sqrt(further)) / sqrt(m), (1 - 1 / sqrt(m)) + chain_eigenvalue() / sqrt(m))


def tangential_term(
    activation: sympy.Expr | None = None, radius: sympy.Expr = 1 + rho, cross: sympy.Expr = K_L
) -> sympy.Expr:
    """T = (1+ρ₁)/(mω²)·{K_L + β·A_L}: cross terms and curvature of the activations.

    Args:
        activation: what the activations add; `activation_curvature()` is right.
        radius: the factor ‖v‖; 1 + ρ₁ is right.
        cross: what the cross terms add; K_L is right.
    """
    bent = activation_curvature() if activation is None else activation
    return radius / (m * omega**2) * (cross + beta * bent)


def own_term(radius: sympy.Expr = 1 + rho) -> sympy.Expr:
    """h = (1+ρ₁)/(√m ω²), the scale of the normalisation's own curvature.

    Args:
        radius: the factor ‖v‖; 1 + ρ₁ is right.
    """
    return radius / (sqrt(m) * omega**2)


def hessian_from(own: sympy.Expr, tangential: sympy.Expr, cross: sympy.Expr) -> sympy.Expr:
    """The largest λ with λ = max_c{hc + h²(1−c²)/λ} + T + b²/λ over cosines c ∈ [0, 1].

    The maximum over c is at λ/(2h) where that is at most 1, which gives 3λ²/4 = Tλ + b² + h², and at 1
    beyond, which gives λ² = (h + T)λ + b². The first root is the larger one, and the two cross at λ = 2h.

    Args:
        own: h.
        tangential: T.
        cross: b.

    >>> hessian_from(sympy.Integer(3), sympy.Integer(0), sympy.Integer(0)).doit() == 2 * sqrt(3)
    True
    """
    turned = Rational(2, 3) * (tangential + sqrt(tangential**2 + 3 * (cross**2 + own**2)))
    both = own + tangential
    straight = (both + sqrt(both**2 + 4 * cross**2)) / 2
    # Unevaluated: sympy would take half a second to look for a smaller form, and finds none.
    return Max(straight, Min(turned, 2 * own, evaluate=False), evaluate=False)


def hessian() -> sympy.Expr:
    """H† = max(λ₂, min(λ₁, 2h)), which bounds ‖∇²_θ f‖₂; see `hessian_from`."""
    return hessian_from(own_term(), tangential_term(), cross_term())


def linear_hessian() -> sympy.Expr:
    """2(b² + h²)/√(4b² + 3h²): the supremum of ‖∇²_θ f‖₂ for the identity at L = 1, and a conjecture beyond.

    >>> linear_hessian().subs({L: 1, m: 1, omega: 1, rho: 0})
    4*sqrt(7)/7
    """
    b, h = cross_term(), own_term()
    return 2 * (b**2 + h**2) / sqrt(4 * b**2 + 3 * h**2)


def predictor() -> Predictor:
    """G†² and H†, for the square loss."""
    return Predictor(gradient_squared(), hessian())


def odd_complexity(size: Scalar) -> sympy.Expr:
    """(1+ρ₁)/√n, the Rademacher complexity for an odd activation and inputs in the unit ball.

    Args:
        size: n, the number of samples.
    """
    return (1 + rho) / sqrt(size)
