"""Along the flow the part of w in the kernel shrinks exactly as the squared gain grows, for every loss.

Statement:   P_⊥w(t) = P_⊥w(0) e^{(g(0)² − g(t)²)/(2c)}, c = rate_g/rate_w. Measured along an arbitrary unit vector
             of ker A after a given time.
Hypotheses:  p = gAw, ‖w‖ = 1; squared, logistic, quartic or (not convex) tanh² loss; the integrator got there.
Kind:        identity
Label:       theorem
Paper:       the invariant (abstract): P_⊥w e^{g²/(2c)} is constant along the flow.
Relation:    same: along integrated runs, for four losses.
Tags:        invariant, flow, least-squares
"""

from sympy import Expr, Integer, exp

from wnverify import Claim, Theorem
from wnverify.bounds.wu2020 import ratio
from wnverify.families.least_squares.flow import FLOW, drift_finished, drift_gain, drift_null, g, null_part

given = {"the integrator got there": (drift_finished, "=", 1)}


def version(exponent: Expr) -> Claim:
    """The claim with another factor of (g(0)² − g(t)²)/2 in the exponent."""
    defect = drift_null - null_part * exp(exponent * (g**2 - drift_gain**2) / 2)
    return Claim(defect, "=", Integer(0), given=given, tolerance=1e-9)


theorem = Theorem(
    claim=version(1 / ratio()),
    family=FLOW,
    mutants={
        "g^2/c in the exponent": version(2 / ratio()),
        "g^2/2 in the exponent": version(Integer(1)),
        "the other sign": version(-1 / ratio()),
    },
    paper_says={"other losses than least squares are treated (here: their invariant, not where they converge)": None},
)
