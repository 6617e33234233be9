"""Far from interpolation longer rows ease restricted strong convexity: α grows along the gauge.

Statement:   α(s) ≥ α(1) for s ≥ 1 if R_W ω² ≤ 4C₁√𝓛, with α(s) = ½R(s) − 2H(sω)√𝓛, the parameter of `rsc` at κ = 1
             and ‖δ‖ → 0 and at the rows sW, R and R_W of `ratio_gauge`, and C₁ the term C of H at ω = 1.
             Both negative parts are moved to the other side. It implies the same at any fixed κ and ‖δ‖, since
             κ² ≤ 1 and H·G falls with ω.
Hypotheses:  |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x_i‖₂ ≤ 1 (√d under fan_in), ‖v‖₂ ≤ 1 + ρ₁, all rows nonzero, 𝓛 > 0.
Kind:        lower bound; attained at s = 1 and as ω → 0 at the threshold
Label:       theorem
Paper:       rates (recollection): the conditions for convergence ease, and α grows, as the least row norm grows.
Relation:    conditional: longer rows also lower R; without R held fixed it holds far from interpolation only.
Ours:        the statement. With y = 1/ω², H = (C₁y + √(C₁²y² + 4b₁²y))/2 has dH/dy ≥ C₁, so that
             H(ω) − H(sω) ≥ (C₁/ω²)(1 − 1/s²), while R(1) − R(s) = R_W(1 − 1/s²).
Tags:        loss, curvature, optimization, gauge
"""

from sympy import Integer, sqrt

from wnverify import Claim, Theorem, decreasing
from wnverify.bounds.banerjee2024 import hessian, hidden_term
from wnverify.families.networks.regression_gauge import (
    GAUGE,
    STANDARD,
    loss,
    loss_gradient_norm,
    omega,
    ratio_scaled,
    ratio_W,
    scale,
)

H = hessian()
before, after = 2 * H * sqrt(loss), 2 * H.subs(omega, scale * omega) * sqrt(loss)
ratio = loss_gradient_norm**2 / loss
C1 = hidden_term(scale=Integer(1))
longer = {**STANDARD, "longer rows": (scale, ">=", 1)}
given = {**longer, "far from interpolation": (ratio_W * omega**2, "<=", 4 * C1 * sqrt(loss))}

claim = Claim(ratio_scaled / 2 + before, ">=", ratio / 2 + after, given=given, tolerance=1e-9)
eased = decreasing(omega, of=H)

theorem = Theorem(
    claim=claim,
    family=GAUGE,
    about_bound=[eased],
    mutants={
        "near interpolation as well": claim.without("far from interpolation"),
        "shorter rows as well": claim.without("longer rows"),
        "half of the distance": Claim(
            claim.lhs,
            ">=",
            claim.rhs,
            given={**longer, "far from interpolation": (ratio_W * omega**2, "<=", 8 * C1 * sqrt(loss))},
            tolerance=1e-9,
        ),
    },
    paper_says={
        "the RSC condition eases as the minimum weight norm grows: far from interpolation, where 2H√𝓛 decides": None,
    },
)
