"""Standard weight normalization with any length of v: only the turning part slows down.

Statement:   w_u′ = −(b_u b_uᵀ + (‖w_u‖/‖v_u‖)² (I − b_u b_uᵀ)) G_u. Measured along an arbitrary unit vector.
Hypotheses:  w = γ v/‖v‖, γ > 0, gradient flow in (γ, v).
Kind:        identity
Label:       theorem
Paper:       Theorem 1 (read): eq. (6), where ‖v_u‖ = 1.
Relation:    stronger: for any ‖v_u‖, with η = 1.
Ours:        the statement.
Tags:        flow, swn, homogeneous
"""

from sympy import Expr, Integer

from wnverify import Claim, Theorem
from wnverify.bounds.morwani2022 import mixed
from wnverify.families.homogeneous.state import HOMOGENEOUS, G_norm, swn_velocity, v_norm, w_norm

turning = (w_norm / v_norm) ** 2


def version(radial: Expr, across: Expr) -> Claim:
    """The claim with other factors along and across w."""
    return Claim((swn_velocity + mixed(radial, across)) / ((1 + turning) * G_norm), "=", Integer(0), tolerance=1e-12)


theorem = Theorem(
    claim=version(Integer(1), turning),
    family=HOMOGENEOUS,
    mutants={
        "the formula for unit v": version(Integer(1), w_norm**2),
        "|w|/|v| not squared": version(Integer(1), w_norm / v_norm),
        "plain gradient flow": version(Integer(1), Integer(1)),
    },
)
