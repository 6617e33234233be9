"""Limit of the flow: the Bregman projection of the start.

Statement:   x_∞ = argmin of D_Φ(z, x_0) over S₊; for L = 2 the objective is ‖z‖₁ KL(z/‖z‖₁ ‖ u_0²) +
             (η/2)(‖z‖₁ − r_0²)² (measured: end of the run against Newton, relative to max x).
Hypotheses:  the run converged.
Kind:        identity, up to the error of integration
Label:       theorem
Paper:       the theorem on the limit (abstract): for L = 2 the flow acts as gradient flow without normalization from
             the start ρx_0, with a factor ρ that the growth of the radius makes small.
Relation:    stronger: names what the limit minimises without asking for the limit itself, as ρ does.
Ours:        the statement.
Tags:        flow, limit, mirror flow
"""

from sympy import Expr, Integer

from wnverify import Claim, Theorem
from wnverify.families.diagonal.flow import (
    DIAGONAL_FLOW,
    converged,
    limit_defect,
    limit_defect_double,
    limit_defect_plain,
)


def claim(defect: Expr) -> Claim:
    """The run ends at this projection."""
    return Claim(defect, "=", Integer(0), given={"converged": (converged, "=", 1)}, tolerance=1e-6)


theorem = Theorem(
    claim=claim(limit_defect),
    family=DIAGONAL_FLOW,
    mutants={
        "limit of plain gradient flow": claim(limit_defect_plain),
        "2 eta for eta": claim(limit_defect_double),
    },
)
