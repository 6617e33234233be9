"""Weight normalization is a mirror flow on the predictor's parameter x = gw, run at a changing speed.

Statement:   ∇Φ(x)′ = −κ ∇_x F(Ax) for Φ(x) = ∫₀^{‖x‖} e^{s²/(2c)} ds, ∇Φ(x) = e^{‖x‖²/(2c)} x/‖x‖ and
             κ = rate_w g e^{g²/(2c)}, c = rate_g/rate_w. Measured along an arbitrary unit vector.
Hypotheses:  g > 0, ‖w‖ = 1, any differentiable loss F(Ax).
Kind:        identity
Label:       theorem
Paper:       not in it.
Ours:        the statement; its integrating factor e^{g²/(2c)} is that of the paper's invariant.
Tags:        mirror flow, flow, least-squares
"""

from sympy import Expr, Integer, exp

from wnverify import Claim, Theorem
from wnverify.bounds.wu2020 import ratio
from wnverify.families.least_squares.state import (
    LEAST_SQUARES,
    POSITIVE_GAIN,
    dual_rate,
    dual_scale,
    force_along,
    g,
    rate_w,
)


def version(speed: Expr) -> Claim:
    """The claim with another speed κ."""
    return Claim(
        (dual_rate + speed * force_along) / dual_scale, "=", Integer(0), given=POSITIVE_GAIN, tolerance=1e-11
    )


growth = exp(g**2 / (2 * ratio()))

theorem = Theorem(
    claim=version(rate_w * g * growth),
    family=LEAST_SQUARES,
    mutants={
        "without the factor g": version(rate_w * growth),
        "without the exponential": version(rate_w * g),
        "twice the exponent": version(rate_w * g * growth**2),
        "the other rate": version(ratio() * rate_w * g * growth),
    },
)
