"""Gradient descent lengthens every raw direction v, by the sum of its squared steps.

Statement:   ‖v_T‖² = ‖v_0‖² + Σ_t η_t² ‖∇_v Loss‖² for any step sizes.
Hypotheses:  w = e^α v/‖v‖, gradient descent in (α, v), six steps of changing size.
Kind:        identity
Label:       lemma
Paper:       eq. (21) (read): ‖v_u(t+1)‖² ≤ ‖v_u(t)‖² + (η_t e^{α}‖G_u‖/‖v_u‖)².
Relation:    stronger: with equality, since only the part of G_u across v_u counts.
References:  Salimans, Kingma, arXiv:1602.07868.
Tags:        gradient descent, norm growth, homogeneous
"""

from sympy import Expr

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.state import HOMOGENEOUS, gd_growth, gd_linear, gd_v_square, v_norm


def version(square: Expr) -> Claim:
    """The claim with another square of the length."""
    return Claim(gd_v_square, "=", square, tolerance=1e-11)


theorem = Theorem(
    claim=version(v_norm**2 + gd_growth),
    family=HOMOGENEOUS,
    settings={"loss": ("logistic",)},
    mutants={
        "conserved, as by the flow": version(v_norm**2),
        "eta for eta^2": version(v_norm**2 + gd_linear),
        "shortened": Claim(gd_v_square, "<=", v_norm**2),
    },
)
