"""Exponential weight normalization with any length of v: only the turning part slows down.

Statement:   w_u′ = −‖w_u‖² (b_u b_uᵀ + (I − b_u b_uᵀ)/‖v_u‖²) G_u. Measured along an arbitrary unit vector.
Hypotheses:  w = e^α v/‖v‖, gradient flow in (α, v).
Kind:        identity
Label:       theorem
Paper:       Theorem 1 (read): eq. (5): w_u′ = −η(t)‖w_u‖²G_u where ‖v_u‖ = 1.
Relation:    stronger: for any ‖v_u‖, with η = 1.
Ours:        the statement.
Tags:        flow, ewn, homogeneous
"""

from sympy import Expr, Integer

from wnverify import Claim, Theorem
from wnverify.bounds.morwani2022 import mixed
from wnverify.families.homogeneous.state import HOMOGENEOUS, G_norm, ewn_velocity, v_norm, w_norm


def version(radial: Expr, across: Expr) -> Claim:
    """The claim with other factors along and across w."""
    defect = (ewn_velocity + mixed(radial, across)) / (w_norm**2 * (1 + 1 / v_norm**2) * G_norm)
    return Claim(defect, "=", Integer(0), tolerance=1e-12)


theorem = Theorem(
    claim=version(w_norm**2, w_norm**2 / v_norm**2),
    family=HOMOGENEOUS,
    mutants={
        "the formula for unit v": version(w_norm**2, w_norm**2),
        "|v| for |v|^2": version(w_norm**2, w_norm**2 / v_norm),
        "both parts slowed": version(w_norm**2 / v_norm**2, w_norm**2 / v_norm**2),
    },
)
