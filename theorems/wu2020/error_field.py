"""The error follows a linear equation whose matrix mixes the two learning rates.

Statement:   e′ = −Me with M = A(rate_w g²(I − wwᵀ) + rate_g wwᵀ)Aᵀ for e = gAw − y. Measured along an arbitrary
             unit vector of R^m.
Hypotheses:  squared loss, ‖w‖ = 1.
Kind:        identity
Label:       lemma
Paper:       the rates of the flow (abstract): the flow converges linearly, in two regimes that the size of the gain
             tells apart.
Relation:    step of its proof: the equation of the error, with the rates written apart.
Tags:        flow, error, least-squares
"""

from sympy import Expr, Integer

from wnverify import Claim, Theorem
from wnverify.families.least_squares.state import (
    LEAST_SQUARES,
    SQUARED,
    across_curvature,
    along_curvature,
    error_rate,
    error_scale,
    g,
    rate_g,
    rate_w,
)


def version(across: Expr, along: Expr) -> Claim:
    """The claim with other weights of the two parts of M."""
    defect = (error_rate + across * across_curvature + along * along_curvature) / error_scale
    return Claim(defect, "=", Integer(0), tolerance=1e-11)


theorem = Theorem(
    claim=version(rate_w * g**2, rate_g),
    family=LEAST_SQUARES,
    settings=SQUARED,
    mutants={
        "g for g^2": version(rate_w * g, rate_g),
        "g^2 in both parts": version(rate_w * g**2, rate_g * g**2),
        "rates exchanged": version(rate_g * g**2, rate_w),
        "without the radial part": version(rate_w * g**2, Integer(0)),
    },
)
