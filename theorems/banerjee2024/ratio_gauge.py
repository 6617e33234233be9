"""The gradient-to-loss ratio along the gauge: longer rows lower it, down to the output layer's share.

Statement:   R(s) = R_v + R_W/s² at the rows sW, with R = ‖∇𝓛‖²/𝓛, R_v = ‖∂_v𝓛‖²/𝓛 and R_W = ‖∂_W𝓛‖²/𝓛; R(s) is
             measured on the network with the scaled rows. So R falls as ω grows by a scale of all rows, and the
             parameter α(s) = (κ²/2)R(s) − 2H(sω)(√𝓛 + G(sω)‖δ‖) of `rsc` tends to κ²R_v/2 as s → ∞, at fixed κ and
             ‖δ‖. As s → 0 displacements must stay shorter than the rows: at ‖δ‖ = sτ,
             s²α → κ²R_W/2 − 2C(√𝓛 + gτ), with H = (C + √(C² + 4b²))/2 and G² = a² + g² at the rows as they are.
             At a fixed ‖δ‖ > 0 it is s³α that has a limit, −2Cg‖δ‖.
Hypotheses:  s > 0, all rows nonzero; R(s)𝓛 > 10⁻¹³(1 + (sω)⁻²): ‖∇𝓛‖ is a sum of residuals times gradients of f,
             each with the rounding of f times ‖∇f‖, and below that the sum is rounding.
Kind:        identity
Label:       lemma
Paper:       not in it.
Ours:        the statement: f depends on a row through its direction only, so ∂_W𝓛 is of degree −1 in the rows.
Tags:        loss, gradient, identity, gauge, optimization
"""

from sympy import Rational, Symbol, oo, sqrt

from wnverify import Claim, Theorem, decreasing, limit
from wnverify.bounds.banerjee2024 import Predictor, hessian_from
from wnverify.families.networks.regression_gauge import (
    GAUGE,
    NONZERO,
    loss,
    omega,
    ratio_scaled,
    ratio_v,
    ratio_W,
    scale,
)
from wnverify.families.networks.regression_pairs import distance, kappa

ratio = ratio_v + ratio_W / scale**2
least = Rational(1, 10**13) * (1 + 1 / (scale * omega) ** 2)
C, b, a, g = (Symbol(name, positive=True) for name in ("C", "b", "a", "g"))
at_scale = Predictor(a**2 + g**2 / scale**2, hessian_from(C / scale**2, b / scale))
alpha = at_scale.restricted_convexity(kappa, ratio, loss, distance)

falls = decreasing(scale)
certified = limit(scale, oo, kappa**2 * ratio_v / 2, of=alpha)
narrow = kappa**2 * ratio_W / 2 - 2 * C * (sqrt(loss) + g * distance)

theorem = Theorem(
    claim=Claim(
        ratio_scaled, "=", ratio, given={**NONZERO, "above rounding": (ratio * loss, ">", least)}, tolerance=1e-7
    ),
    family=GAUGE,
    about_bound=[
        falls,
        limit(scale, oo, ratio_v),
        certified,
        limit(scale, 0, narrow, of=scale**2 * alpha.subs(distance, scale * distance)),
        limit(scale, 0, -2 * C * g * distance, of=scale**3 * alpha),
    ],
    mutants={
        "1/s for 1/s^2": ratio_v + ratio_W / scale,
        "R_v scaled too": (ratio_v + ratio_W) / scale**2,
        "R does not change": ratio_v + ratio_W,
        "s^2 for 1/s^2": ratio_v + ratio_W * scale**2,
        "a thousandth more of R_W": ratio_v + Rational(1001, 1000) * ratio_W / scale**2,
    },
    paper_says={
        "(here) longer rows alone lower the gradient-to-loss ratio R, on which α and the rate depend": falls,
        "(here) α tends to κ²R_v/2, the output layer's share, as all rows grow by a scale": certified,
    },
)
