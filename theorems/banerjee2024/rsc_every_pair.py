"""Restricted strong convexity without the sign of α: a lower bound for every pair, near interpolation or not.

Statement:   𝓛(θ′) − 𝓛(θ) − ⟨δ,∇𝓛(θ)⟩ + H(√𝓛 + G‖δ‖)‖δ‖² ≥ (κ²/4)(‖∇𝓛‖²/𝓛)‖δ‖², which is the statement of
             `rsc` with its negative part moved to the left, so that both sides are nonnegative.
Hypotheses:  |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x_i‖₂ ≤ 1 (√d under fan_in), ‖v‖₂, ‖v′‖₂ ≤ 1 + ρ₁, no zero row on the segment.
Kind:        lower bound; tight to first order for one sample near interpolation, κ = 1
Label:       theorem
Paper:       abstract (recollection): the bound of the Hessian gives convergence guarantees by restricted strong
             convexity.
Relation:    other constants: α is explicit, and ours.
Ours:        the explicit α.
Tags:        loss, curvature, optimization
"""

from sympy import Expr, Integer, sqrt

from wnverify import Claim, Theorem, free_of, increasing
from wnverify.bounds.banerjee2024 import gradient_squared, hessian
from wnverify.families.networks.regression_pairs import (
    PAIRS,
    STANDARD,
    distance,
    kappa,
    loss,
    loss_gradient_norm,
    n,
    omega,
    rsc_gap,
)

remainder = hessian() * (sqrt(loss) + sqrt(gradient_squared()) * distance)
first_order = kappa**2 * loss_gradient_norm**2 / (4 * loss)


def version(negative: Expr, positive: Expr) -> Claim:
    """Both parts multiplied by ‖δ‖²."""
    left = rsc_gap + negative * distance**2
    return Claim(left, ">=", positive * distance**2, given=STANDARD, tolerance=1e-7)


theorem = Theorem(
    claim=version(remainder, first_order),
    family=PAIRS,
    about_bound=[increasing(kappa), free_of(omega), free_of(n)],
    mutants={
        "without the remainder": version(Integer(0), first_order),
        "remainder without sqrt(loss)": version(hessian() * sqrt(gradient_squared()) * distance, first_order),
        "half of the remainder": version(remainder / 2, first_order),
        "kappa forgotten": version(remainder, first_order / kappa**2),
        "1/2 for 1/4": version(remainder, 2 * first_order),
    },
)
