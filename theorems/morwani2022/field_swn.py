"""Standard weight normalization moves the weights at different speeds along and across themselves.

Statement:   ‖v_u‖ = 1: w_u′ = −(‖w_u‖² G_u + (1 − ‖w_u‖²) b_u b_uᵀ G_u) with b_u = w_u/‖w_u‖, G_u = ∂Loss/∂w_u.
             Measured along an arbitrary unit vector, relative to (1 + ‖w_u‖²)‖G_u‖.
Hypotheses:  w = γ v/‖v‖, γ > 0, gradient flow in (γ, v), ‖v_u‖ = 1.
Kind:        identity
Label:       theorem
Paper:       Theorem 1 (read): eq. (6): under SWN w_u′ = −η(t)(‖w_u‖²G_u + ((1 − ‖w_u‖²)/‖w_u‖²)⟨w_u, G_u⟩w_u).
Relation:    same: with η = 1.
Tags:        flow, swn, homogeneous
"""

from sympy import Expr, Integer

from wnverify import Claim, Theorem
from wnverify.bounds.morwani2022 import mixed
from wnverify.families.homogeneous.state import HOMOGENEOUS, UNIT, G_norm, swn_velocity, w_norm


def version(radial: Expr, across: Expr) -> Claim:
    """The claim with other factors along and across w."""
    defect = (swn_velocity + mixed(radial, across)) / ((1 + w_norm**2) * G_norm)
    return Claim(defect, "=", Integer(0), given=UNIT, tolerance=1e-12)


square = w_norm**2

theorem = Theorem(
    claim=version(square + (1 - square), square),
    family=HOMOGENEOUS,
    mutants={
        "|w| for |w|^2": version(Integer(1), w_norm),
        "1 - |w| for 1 - |w|^2": version(square + (1 - w_norm), square),
        "no radial part": version(Integer(0), square),
        "the field of EWN": version(square, square),
    },
)
