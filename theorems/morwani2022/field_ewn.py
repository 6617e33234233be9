"""Exponential weight normalization moves the weights along the gradient, at a speed of the squared norm.

Statement:   ‖v_u‖ = 1: w_u′ = −‖w_u‖² G_u with G_u = ∂Loss/∂w_u. Measured along an arbitrary unit vector, relative
             to ‖w_u‖²‖G_u‖.
Hypotheses:  w = e^α v/‖v‖, gradient flow in (α, v), ‖v_u‖ = 1.
Kind:        identity
Label:       theorem
Paper:       Theorem 1 and abstract (read): eq. (5): under EWN w_u′ = −η(t)‖w_u‖²G_u, so that the flow is that of the
             plain network with a learning rate of its own for each node.
Relation:    same: with η = 1.
Tags:        flow, ewn, homogeneous
"""

from sympy import Expr, Integer

from wnverify import Claim, Theorem
from wnverify.bounds.morwani2022 import mixed
from wnverify.families.homogeneous.state import HOMOGENEOUS, UNIT, G_norm, ewn_velocity, w_norm


def version(radial: Expr, across: Expr) -> Claim:
    """The claim with other factors along and across w."""
    defect = (ewn_velocity + mixed(radial, across)) / ((w_norm + w_norm**2) * G_norm)
    return Claim(defect, "=", Integer(0), given=UNIT, tolerance=1e-12)


theorem = Theorem(
    claim=version(w_norm**2, w_norm**2),
    family=HOMOGENEOUS,
    mutants={
        "|w| for |w|^2": version(w_norm, w_norm),
        "no radial part": version(Integer(0), w_norm**2),
        "plain gradient flow": version(Integer(1), Integer(1)),
        "the field of SWN": version(Integer(1), w_norm**2),
    },
    paper_says={
        "the flow of EWN is that of a plain network with a learning rate that adapts to each node": None,
    },
)
