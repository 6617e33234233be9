"""Restricted Polyak–Łojasiewicz inequality: the gradient pays for the way to the best point in reach.

Statement:   𝓛(θ) − inf_B 𝓛 ≤ ‖∇𝓛(θ)‖²/(2α) on B = {θ′: κ ≥ κ₀, ‖δ‖ ≤ ρ₂}, ρ₂ < ω, with α of `rsc` taken at κ₀
             and ρ₂, its row norms at least ω − ρ₂. Stated for every θ′ of B, at κ₀ = κ and ρ₂ = ‖δ‖, where it is
             strongest, and free of the division: 2α(𝓛(θ) − 𝓛(θ′)) ≤ ‖∇𝓛(θ)‖². At fixed R = ‖∇𝓛‖²/𝓛 this α grows
             with ω; longer rows alone lower R, see `ratio_gauge`.
Hypotheses:  α > 0, ‖δ‖ < ω, |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x_i‖₂ ≤ 1 (√d under fan_in), ‖v‖₂, ‖v′‖₂ ≤ 1 + ρ₁.
Kind:        upper bound; tight to first order for one sample near interpolation
Label:       corollary
Paper:       abstract (recollection): the bound of the Hessian gives convergence guarantees by restricted strong
             convexity.
Relation:    other constants: α is explicit, and ours.
Ours:        the explicit α; and that its form alone gives the inequality: 2α ≤ ‖∇𝓛‖²/𝓛, and 𝓛(θ′) ≥ 0.
Tags:        loss, optimization
"""

from sympy import Expr, Symbol, sqrt

from wnverify import Claim, Theorem, increasing
from wnverify.bounds.banerjee2024 import predictor
from wnverify.families.networks.regression_pairs import (
    PAIRS,
    STANDARD,
    distance,
    kappa,
    loss,
    loss_gradient_norm,
    loss_other,
    omega,
    omega_start,
)

ratio = loss_gradient_norm**2 / loss
convexity = predictor().restricted_convexity
alpha = convexity(kappa, ratio, loss, distance)
alpha_in_ball = alpha.subs(omega, omega_start - distance)
given = {
    **STANDARD,
    "reach below omega": (distance, "<", omega_start),
    "alpha positive": (alpha_in_ball, ">", 0),
}


def version(value: Expr, positive: Expr = alpha_in_ball) -> Claim:
    """The claim with another α."""
    hypotheses = {**given, "alpha positive": (positive, ">", 0)}
    return Claim(loss_gradient_norm**2, ">=", 2 * value * (loss - loss_other), given=hypotheses, tolerance=1e-7)


wrong = convexity(kappa, ratio, loss, distance, sign=1).subs(omega, omega_start - distance)

theorem = Theorem(
    claim=version(alpha_in_ball),
    family=PAIRS,
    corollary_of="banerjee2024/rsc",
    about_bound=[
        increasing(
            omega_start,
            of=alpha_in_ball,
            given={
                distance: distance / (1 + distance) * omega_start,
                loss_gradient_norm: sqrt(Symbol("R", nonnegative=True) * loss),
            },
        )
    ],
    mutants={
        "1/(4 alpha) for 1/(2 alpha)": version(2 * alpha_in_ball),
        "+2H for -2H": version(wrong, wrong),
        "gradient over its root": Claim(
            loss_gradient_norm**3, ">=", 2 * alpha_in_ball * (loss - loss_other), given=given
        ),
    },
    paper_says={
        "where α > 0 a restricted Polyak–Łojasiewicz inequality holds": None,
    },
)
