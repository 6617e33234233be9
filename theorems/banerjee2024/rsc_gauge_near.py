"""Near interpolation longer rows lower the parameter of restricted strong convexity: α falls along the gauge.

Statement:   α(s) ≤ α(1) for s ≥ 1 if R_W ω² ≥ 4(C₁ + b₁ω)√𝓛, with α(s) = ½R(s) − 2H(sω)√𝓛, the parameter of `rsc` at
             κ = 1 and ‖δ‖ → 0 and at the rows sW, R and R_W of `ratio_gauge`, and C₁, b₁ the C, b of H at ω = 1.
             Both negative parts are moved to the other side.
Hypotheses:  |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x_i‖₂ ≤ 1 (√d under fan_in), ‖v‖₂ ≤ 1 + ρ₁, all rows nonzero, 𝓛 > 0.
Kind:        lower bound; attained at s = 1
Label:       theorem
Paper:       rates (recollection): the conditions for convergence ease, and α grows, as the least row norm grows.
Relation:    conditional: near interpolation the opposite holds, since longer rows lower R.
Ours:        the statement. With y = 1/ω², H = (C₁y + √(C₁²y² + 4b₁²y))/2 has dH/dy ≤ C₁ + b₁/(2√y), so that
             H(ω) − H(sω) ≤ ((C₁ + b₁ω)/ω²)(1 − 1/s²), while R(1) − R(s) = R_W(1 − 1/s²).
             As α is convex in y, it falls to a least value along the gauge and rises from there to R_v/2. The rate
             R/(2β_𝓛) may fall or rise, for β_𝓛 falls as well.
Tags:        loss, curvature, optimization, gauge
"""

from sympy import Integer, sqrt

from wnverify import Claim, Theorem
from wnverify.bounds.banerjee2024 import cross_term, hessian, hidden_term
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
threshold = 4 * (hidden_term(scale=Integer(1)) + cross_term() * omega**2) * sqrt(loss)
given = {
    **STANDARD,
    "longer rows": (scale, ">=", 1),
    "near interpolation": (ratio_W * omega**2, ">=", threshold),
}

claim = Claim(ratio / 2 + after, ">=", ratio_scaled / 2 + before, given=given, tolerance=1e-9)

theorem = Theorem(
    claim=claim,
    family=GAUGE,
    mutants={
        "far from interpolation as well": claim.without("near interpolation"),
        "shorter rows as well": claim.without("longer rows"),
        "R falls with the rows, and H does not": Claim(
            ratio / 2, ">=", ratio_scaled * scale**2 / 2, given=given, tolerance=1e-9
        ),
    },
    paper_says={
        "(here) near interpolation a larger minimum weight norm alone lowers α, since it lowers R": None,
    },
)
