"""Restricted strong convexity whose parameter does not fall with depth, but for the activations' curvature.

Statement:   𝓛(θ′) ≥ 𝓛(θ) + ⟨δ,∇𝓛(θ)⟩ + (α†/2)‖δ‖² with δ = θ′ − θ, κ = |⟨δ,∇𝓛⟩|/(‖δ‖‖∇𝓛‖) and
             α† = (κ²/2)‖∇𝓛‖²/𝓛 − 2H†(√𝓛 + G†‖δ‖), G† and H† of `gradient` and `hessian`, ω the least row norm
             along the segment. α† grows with ω at fixed R = ‖∇𝓛‖²/𝓛, which longer rows alone lower.
Hypotheses:  α† > 0, φ(0) = 0, |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x_i‖₂ ≤ 1 (√d under fan_in), ‖v‖₂, ‖v′‖₂ ≤ 1 + ρ₁, no zero
             row on the segment.
Kind:        lower bound; tight to first order for one sample near interpolation, κ = 1
Label:       corollary
Paper:       banerjee2024, rates (recollection): the bound of the Hessian gives convergence guarantees by restricted
             strong convexity.
Relation:    conditional: α† is explicit, and ours; it grows with ω at fixed R only.
Ours:        the statement.
References:  form of the condition from banerjee2024.
Tags:        loss, curvature, optimization, depth-free

Proof. That of `banerjee2024/rsc`: the root mean square of ⟨δ,∇f_i⟩ is at least |⟨δ,∇𝓛⟩|/(2√𝓛), and each f_i departs
from its linear part by at most H†‖δ‖²/2. Only bounds on ∇f_i and ∇²f_i enter. The restricted PL inequality and
the descent rates of that folder follow from α† and 2G†² + 2H†√𝓛 in the same way. ∎
"""

from sympy import Expr, Integer, Symbol, sqrt

from wnverify import Claim, Theorem, decreasing, free_of, increasing
from wnverify.bounds.depth_free import ACTIVATIONS, CENTRED, predictor
from wnverify.bounds.square_loss_proofs import restricted_convexity
from wnverify.families.networks.regression_pairs import (
    PAIRS,
    STANDARD,
    distance,
    kappa,
    loss,
    loss_gradient_norm,
    n,
    omega,
    rho,
    rsc_gap,
)

ratio = loss_gradient_norm**2 / loss
convexity = predictor().restricted_convexity
alpha = convexity(kappa, ratio, loss, distance)


def version(value: Expr) -> Claim:
    """The claim with another α; positive where the hypothesis says so."""
    given = {**STANDARD, **CENTRED, "alpha positive": (value, ">", 0)}
    return Claim(rsc_gap, ">=", value / 2 * distance**2, given=given, tolerance=1e-7)


theorem = Theorem(
    claim=version(alpha),
    family=PAIRS,
    corollary_of=("depth_free/gradient", "depth_free/hessian"),
    settings=ACTIVATIONS,
    about_bound=[
        increasing(omega, of=alpha, given={loss_gradient_norm: sqrt(Symbol("R", nonnegative=True) * loss)}),
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
)
