"""Control: the RSC parameter grows with the minimum weight norm, whatever becomes of the gradient.

Statement:   α(s) ≥ α(1) for s ≥ 1, with α(s) = ½R(s) − 2H(sω)√𝓛 at the rows sW, κ = 1 and ‖δ‖ → 0; the negative
             parts are moved to the other side.
Hypotheses:  as for banerjee2024/rsc_gauge_far, but for its distance from interpolation.
Kind:        control, false on purpose: it must be refuted
Label:       control
Paper:       banerjee2024, rates (abstract): the conditions for convergence ease, and α grows, as the least row norm
             grows.
Relation:    conditional: near interpolation longer rows lower R by more than they lower 2H√𝓛.
Ours:        a wrong version of banerjee2024/rsc_gauge_far.
Tags:        control, loss, curvature, gauge
"""

from sympy import sqrt

from wnverify import Claim, Theorem, Verdict
from wnverify.bounds.banerjee2024 import hessian
from wnverify.families.networks.regression_gauge import (
    GAUGE,
    STANDARD,
    loss,
    loss_gradient_norm,
    omega,
    ratio_scaled,
    scale,
)

H = hessian()
left = ratio_scaled / 2 + 2 * H * sqrt(loss)
right = loss_gradient_norm**2 / loss / 2 + 2 * H.subs(omega, scale * omega) * sqrt(loss)

theorem = Theorem(
    claim=Claim(left, ">=", right, given={**STANDARD, "longer rows": (scale, ">=", 1)}, tolerance=1e-9),
    family=GAUGE,
    expect=Verdict.REFUTED,
)
