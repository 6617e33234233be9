"""Gradient descent ends at the minimum-norm solution only from starts in the range of Aᵀ.

Statement:   gradient descent on ½‖Ax − y‖² from x₀ = gw ends at the distance g om = ‖P_⊥x₀‖ from x* = A⁺y (measured
             after 400 steps of 1/‖A‖²).
Hypotheses:  g > 0, ‖w‖ = 1; a condition number of A of at most 3, so that the steps suffice.
Kind:        identity
Label:       lemma
Paper:       abstract (abstract): gradient descent converges to the solution of least norm only from a start in the
             range of the feature matrix, and so depends more on its start.
Relation:    stronger: the distance from any start.
Ours:        the distance. The abstract of the proceedings says `zero` for `the range`: control_descent_from_zero.
Tags:        gradient descent, minimum norm, least-squares
"""

from sympy import Expr, Integer

from wnverify import Claim, Theorem
from wnverify.families.least_squares.flow import FLOW, SQUARED, X, descent_distance, g, om


def version(distance: Expr) -> Claim:
    """The claim with another distance, relative to X + g."""
    return Claim((descent_distance - distance) / (X + g), "=", Integer(0), tolerance=1e-11)


theorem = Theorem(
    claim=version(g * om),
    family=FLOW,
    settings=SQUARED,
    mutants={
        "the part of w, not of x": version(om),
        "the minimum-norm solution": version(Integer(0)),
        "the whole of x_0": version(g),
    },
    paper_says={"gradient descent finds the minimum-norm solution only from the range of the feature matrix": None},
)
