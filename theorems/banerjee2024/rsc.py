"""Restricted strong convexity: between θ and θ′ the loss curves upwards by α.

Statement:   𝓛(θ′) ≥ 𝓛(θ) + ⟨δ,∇𝓛(θ)⟩ + (α/2)‖δ‖² with δ = θ′ − θ, κ = |⟨δ,∇𝓛⟩|/(‖δ‖‖∇𝓛‖) and
             α = (κ²/2)R − 2H(√𝓛 + G‖δ‖), R = ‖∇𝓛‖²/𝓛; ω in G and H is the least row norm along the segment.
             α grows with ω and with m at fixed R. But longer rows lower R, by `ratio_gauge`, and a larger m lowers
             4G², which bounds R: see `rsc_gauge_far` and `rsc_gauge_near` for what is left of it.
Hypotheses:  α > 0, |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x_i‖₂ ≤ 1 (√d under fan_in), ‖v‖₂, ‖v′‖₂ ≤ 1 + ρ₁, no zero row on
             the segment.
Kind:        lower bound; tight to first order for one sample near interpolation, κ = 1
Label:       corollary
Paper:       rates (recollection): the bound of the Hessian gives convergence guarantees by restricted strong
             convexity, whose condition eases as the least row norm and the width grow.
Relation:    conditional: α is explicit, and ours; it grows with ω and with m at fixed R only.
Ours:        the explicit α.
Tags:        loss, curvature, optimization
"""

from sympy import Expr, Integer, Symbol, sqrt

from wnverify import Claim, Theorem, decreasing, free_of, increasing
from wnverify.bounds.banerjee2024 import gradient_squared, predictor
from wnverify.bounds.square_loss_proofs import restricted_convexity
from wnverify.families.networks.regression_pairs import (
    PAIRS,
    STANDARD,
    c0,
    distance,
    kappa,
    loss,
    loss_gradient_norm,
    m,
    n,
    omega,
    rho,
    rsc_gap,
)

ratio = loss_gradient_norm**2 / loss
convexity = predictor().restricted_convexity
alpha = convexity(kappa, ratio, loss, distance)


def version(value: Expr) -> Claim:
    """The claim with another α, where that is positive."""
    positive = {**STANDARD, "alpha positive": (value, ">", 0)}
    return Claim(rsc_gap, ">=", value / 2 * distance**2, given=positive, tolerance=1e-7)


fixed_ratio = {loss_gradient_norm: sqrt(Symbol("R", nonnegative=True) * loss)}
weights = increasing(omega, of=alpha, given=fixed_ratio)
width = increasing(m, of=alpha, given={**fixed_ratio, c0: 0})
ceiling = decreasing(m, of=4 * gradient_squared(), given={c0: 0})


theorem = Theorem(
    claim=version(alpha),
    family=PAIRS,
    corollary_of="banerjee2024/rsc_every_pair",
    about_bound=[
        weights,
        width,
        ceiling,
        increasing(kappa, of=alpha),
        decreasing(distance, of=alpha),
        decreasing(rho, of=alpha),
        free_of(n, of=alpha),
    ],
    mutants={
        "+2H for -2H": version(convexity(kappa, ratio, loss, distance, sign=1)),
        "kappa forgotten": version(convexity(Integer(1), ratio, loss, distance)),
        "1 for 1/2 before kappa^2": version(convexity(kappa, 2 * ratio, loss, distance)),
        "alpha for alpha/2": version(2 * alpha),
    },
    steps=restricted_convexity(predictor()),
    paper_says={
        "the loss is restricted strongly convex where α > 0": None,
        "at fixed R = ‖∇𝓛‖²/𝓛 the RSC parameter grows with the minimum weight norm, …": weights,
        "at fixed R the RSC parameter grows with the width, …": width,
        "(here) … but what bounds R, 4G², falls as the width grows": ceiling,
    },
)
