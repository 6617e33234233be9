"""With orthonormal rows the slowest rate is known exactly, and shows the two regimes.

Statement:   AAᵀ = I: λ_min(M) = min(rate_w g², rate_w g² om² + rate_g(1 − om²)) for m ≥ 2, and the second of the two
             for m = 1, where e′ = −Me. So for rate_w g² ≤ rate_g and m ≥ 2 the rate is rate_w g²; beyond, it lies
             between the two and is larger while om is.
Hypotheses:  orthonormal rows, ‖w‖ = 1.
Kind:        identity
Label:       theorem
Paper:       the rates of the flow (abstract): the flow converges linearly, in two regimes that the size of the gain
             tells apart.
Relation:    finite form: the two regimes, exactly, for orthonormal rows.
Ours:        the formula.
Tags:        rate, orthonormal, least-squares
"""

from sympy import Expr, Integer, Min, Piecewise

from wnverify import Claim, Theorem
from wnverify.families.least_squares.state import (
    LEAST_SQUARES,
    ORTHONORMAL,
    g,
    least_curvature,
    m,
    om,
    rate_g,
    rate_w,
)

across = rate_w * g**2
mixed = across * om**2 + rate_g * (1 - om**2)


def version(value: Expr) -> Claim:
    """The claim with another least eigenvalue, relative to the largest possible one."""
    return Claim((least_curvature - value) / (across + rate_g), "=", Integer(0), tolerance=1e-11)


theorem = Theorem(
    claim=version(Piecewise((Min(across, mixed), m >= 2), (mixed, True))),
    family=LEAST_SQUARES,
    settings=ORTHONORMAL,
    mutants={
        "c always": version(rate_g),
        "g^2 always": version(across),
        "the mixed rate for any m": version(mixed),
        "the smaller rate for any m": version(Min(across, mixed)),
        "weights exchanged": version(Piecewise((Min(across, mixed), m >= 2), (across + rate_g - mixed, True))),
    },
)
