"""Generalization under restricted strong convexity: gradient domination with the constant 1/(2α).

Statement:   with probability at least 1 − δ over a sample of size n, for every θ′ as in `banerjee2024/restricted_pl`,
             𝓛_D(θ) − 𝓛_D(θ′) ≤ (‖∇𝓛_n(θ)‖ + 2R + B√(2 log(1/δ)/n))²/(2α), R and B of `uniform_deviation` for a set
             that holds θ, and α of `banerjee2024/rsc` for the population's square loss 𝓛_D, with row norms at least
             ω − ‖δ‖. Measured exactly, with the largest t such that ‖∇𝓛_n(θ)‖ ≥ t has that probability for ‖∇𝓛_n(θ)‖,
             and free of the division.
Hypotheses:  α > 0, ‖δ‖ < ω, |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x‖₂ ≤ 1, ‖v‖₂, ‖v′‖₂ ≤ 1 + ρ₁, independent samples.
Kind:        upper bound with probability 1 − δ; loose by a factor of about 1.5 for one point and large samples
Label:       corollary
Paper:       abstract (abstract): generalization guarantees in terms of the width of the loss gradients under a
             flexible condition of gradient domination, of which the Polyak–Łojasiewicz condition is a special case.
Relation:    special case: a = 2 and c = 1/(2α) on a restricted set, with the vector Rademacher complexity.
Ours:        the statement.
References:  `banerjee2024/restricted_pl`, with the masses of the points for 1/n.
Tags:        loss, gradient, generalization, optimization, probability

Proof. `banerjee2024/restricted_pl` holds for every mean of square losses, weighted or not: 2α(𝓛_D(θ) − 𝓛_D(θ′)) is at
most ‖∇𝓛_D(θ)‖². And ‖∇𝓛_D‖ ≤ ‖∇𝓛_n‖ + ‖∇𝓛_D − ∇𝓛_n‖, with `uniform_deviation`. ∎
"""

from sympy import Expr, Integer, oo

from wnverify import Claim, Theorem, decreasing, limit
from wnverify.bounds.banerjee2024 import predictor
from wnverify.bounds.banerjee2024lggw import deviation
from wnverify.families.networks.gradient_deviation import (
    GRADIENT_DEVIATIONS,
    STANDARD,
    delta,
    distance,
    gradient_floor,
    kappa,
    largest_gradient,
    loss,
    loss_gradient_norm,
    loss_other,
    n,
    omega_start,
    vector_rademacher,
)
from wnverify.families.networks.weight_norm import omega

ratio = loss_gradient_norm**2 / loss
alpha = predictor().restricted_convexity(kappa, ratio, loss, distance).subs(omega, omega_start - distance)
given = {
    **STANDARD,
    "not interpolating": (loss, ">", 0),
    "reach below omega": (distance, "<", omega_start),
    "alpha positive": (alpha, ">", 0),
}
apart = deviation(vector_rademacher, largest_gradient, delta, n)
chance = deviation(Integer(0), largest_gradient, delta, n)


def version(apart: Expr, value: Expr = alpha) -> Claim:
    """The claim with another bound of the deviation, or another α."""
    return Claim(2 * value * (loss - loss_other), "<=", (gradient_floor + apart) ** 2, given=given, tolerance=1e-7)


theorem = Theorem(
    claim=version(apart),
    family=GRADIENT_DEVIATIONS,
    settings={"loss": ("square",)},
    about_bound=[decreasing(delta, of=apart), limit(n, oo, 0, of=chance)],
    mutants={
        "the sample's gradient alone": version(Integer(0)),
        "a thirtieth of the deviation": version(apart / 30),
        "1/(8 alpha) for 1/(2 alpha)": version(apart, 4 * alpha),
    },
    corollary_of=("banerjee2024lggw/uniform_deviation", "banerjee2024/restricted_pl"),
)
