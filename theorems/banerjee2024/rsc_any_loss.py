"""Restricted strong convexity of any convex loss: between θ and θ′ the loss curves upwards by α.

Statement:   𝓛(θ′) ≥ 𝓛(θ) + ⟨δ,∇𝓛(θ)⟩ + (α/2)‖δ‖² with δ = θ′ − θ, κ = |⟨δ,∇𝓛⟩|/(‖δ‖‖∇𝓛‖) and
             α = aκ²‖∇𝓛‖²/s − aGH‖δ‖ − H√s, s = (1/n)Σ ℓ′_i², a the least ℓ″ between the outputs at θ and at θ′; ω in
             G and H is the least row norm along the segment. Checked without the sign of α, its negative part on the
             left, for the logistic, the pseudo-Huber, the log-cosh and the square loss.
Hypotheses:  s > 0, |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x_i‖₂ ≤ 1 (√d under fan_in), ‖v‖₂, ‖v′‖₂ ≤ 1 + ρ₁, no zero row on the
             segment.
Kind:        lower bound; tight to first order for one sample near interpolation, κ = 1
Label:       theorem
Paper:       abstract (recollection): convergence guarantees by restricted strong convexity, of the square loss.
Relation:    stronger: any loss with ℓ″ ≥ a ≥ 0 on the way; at a = 2, s = 4𝓛 it is `rsc_every_pair`.
Ours:        the statement and its proof, in `Predictor.restricted_convexity_of`.
Tags:        loss, curvature, optimization, classification
"""

from sympy import Expr, Rational, sqrt

from wnverify import Claim, Theorem, decreasing, free_of, increasing
from wnverify.bounds.banerjee2024 import predictor
from wnverify.families.networks.other_losses import (
    OTHER_LOSSES,
    STANDARD,
    distance,
    kappa,
    least_curved,
    loss,
    loss_gradient_norm,
    most_curved,
    n,
    omega,
    rho,
    rsc_gap,
    slope_square,
)

parts = predictor()
remainder = parts.remainder_of(least_curved, slope_square, distance)
first_order = least_curved * kappa**2 * loss_gradient_norm**2 / slope_square
alpha = parts.restricted_convexity_of(kappa, loss_gradient_norm**2, slope_square, least_curved, distance)
of_square = parts.restricted_convexity(kappa, loss_gradient_norm**2 / loss, loss, distance)
difference = alpha.subs(least_curved, 2).subs(slope_square, 4 * loss) - of_square


def version(negative: Expr, positive: Expr) -> Claim:
    """Both parts of α multiplied by ‖δ‖²/2."""
    left = rsc_gap + negative * distance**2 / 2
    return Claim(left, ">=", positive * distance**2 / 2, given=STANDARD, tolerance=1e-7)


square = free_of(kappa, of=difference)

theorem = Theorem(
    claim=version(remainder, first_order),
    family=OTHER_LOSSES,
    about_bound=[
        square,
        free_of(distance, of=difference),
        free_of(loss_gradient_norm, of=difference),
        increasing(kappa, of=alpha),
        decreasing(distance, of=alpha),
        decreasing(rho, of=alpha),
        free_of(n, of=alpha),
        free_of(omega),
    ],
    mutants={
        "without the remainder": version(0 * remainder, first_order),
        "without H*sqrt(s)": version(remainder - parts.hessian * sqrt(slope_square), first_order),
        "half of the remainder": version(remainder / 2, first_order),
        "kappa forgotten": version(remainder, first_order / kappa**2),
        "a for a/2": version(remainder, 2 * first_order),
        "b for a": version(*(part.subs(least_curved, most_curved) for part in (remainder, first_order))),
        "l'' forgotten": version(remainder, first_order / least_curved),
        "s^(1/2) for s": version(remainder, first_order * slope_square ** Rational(1, 2)),
    },
    paper_says={
        "the loss is restricted strongly convex where α > 0 (the square loss is the case a = 2, s = 4𝓛)": square,
    },
)
