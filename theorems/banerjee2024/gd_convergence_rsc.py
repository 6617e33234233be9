"""Gradient descent under restricted strong convexity: a step contracts the distance to the best loss in reach.

Statement:   𝓛(θ⁺) − inf_B 𝓛 ≤ (1 − ζ(2−ζ)α/β_𝓛)(𝓛(θ) − inf_B 𝓛) for θ⁺ = θ − (ζ/β_𝓛)∇𝓛(θ), 0 < ζ < 2, with α and B of
             `restricted_pl`. Stated for every θ′ of B in place of the infimum, with the step η = ζ/β_𝓛 as drawn:
             𝓛(θ⁺) + 2αη(1 − ηβ_𝓛/2)(𝓛(θ) − 𝓛(θ′)) ≤ 𝓛(θ).
Hypotheses:  α > 0, ‖δ‖ < ω, ηβ_𝓛 < 2, 𝓛(θ′) ≤ 𝓛(θ), θ⁺ in the ball of the output layer, |φ′| ≤ 1, |φ″| ≤ β < ∞,
             ‖x_i‖₂ ≤ 1 (√d under fan_in), ‖v‖₂, ‖v′‖₂ ≤ 1 + ρ₁.
Kind:        upper bound
Label:       corollary
Paper:       abstract (recollection): under suitable assumptions, those of restricted strong convexity, gradient
             descent converges linearly.
Relation:    conditional: a step contracts where α, which contains the R of that step, is positive; the factor is
             ours.
Ours:        the explicit factor; and that descent alone gives it: 2α ≤ ‖∇𝓛‖²/𝓛, and 𝓛(θ′) ≥ 0, so what strong
             convexity says of θ′ is not used. `gd_convergence_rsc_steps` is sharper, over T steps.
Tags:        gradient descent, convergence, optimization
"""

from sympy import Expr, Rational

from wnverify import Claim, Theorem
from wnverify.bounds.banerjee2024 import decrease_share, predictor
from wnverify.families.networks.regression_pairs import (
    PAIRS,
    STANDARD,
    distance,
    kappa,
    loss,
    loss_gradient_norm,
    loss_next,
    loss_other,
    next_rho,
    omega,
    omega_start,
    rho,
    step,
)

ratio = loss_gradient_norm**2 / loss
alpha = predictor().restricted_convexity(kappa, ratio, loss, distance).subs(omega, omega_start - distance)
curvature = predictor().smoothness(loss).subs(omega, omega_start)
share = decrease_share(step, curvature)
given = {
    **STANDARD,
    "reach below omega": (distance, "<", omega_start),
    "alpha positive": (alpha, ">", 0),
    "step below 2/beta": (step * curvature, "<", 2),
    "a better point": (loss_other, "<=", loss),
    "next output layer in the ball": (next_rho, "<=", rho),
}


def version(gain: Expr) -> Claim:
    """The claim with another gain before 𝓛(θ) − 𝓛(θ′)."""
    return Claim(loss, ">=", loss_next + gain * (loss - loss_other), given=given, tolerance=1e-8)


theorem = Theorem(
    claim=version(2 * alpha * share),
    family=PAIRS,
    corollary_of=("banerjee2024/gd_descent", "banerjee2024/restricted_pl"),
    mutants={
        "twice the gain": version(4 * alpha * share),
        "beta_L forgotten": version(2 * alpha * step * (1 + step * curvature)),
        "step^(1/2) for step": version(2 * alpha * share / step ** Rational(1, 2)),
    },
    paper_says={
        "gradient descent converges linearly under restricted strong convexity: while α > 0, at each R": None,
    },
)
