"""The distance at which the flow ends from the minimum-norm solution is the root of a scalar equation.

Statement:   ‖x_∞ − x*‖² = s − X² for the one root s ≥ X² of s(1 − om² e^{(g² − s)/c}) = X². The left side is measured
             at the end of the integrated flow, the right side by bisection, which knows of no flow.
Hypotheses:  ‖gAw − y‖ < ‖y‖, g > 0; the run converged.
Kind:        identity
Label:       corollary
Paper:       abstract (abstract): the flow converges close to the solution of least ℓ₂ norm.
Relation:    finite form: the distance itself.
Ours:        the statement: ‖x_∞‖² = g_∞², and x_∞ − x* is orthogonal to x*.
Tags:        minimum norm, limit, flow, root, least-squares
"""

from sympy import Expr, Integer, Rational

from wnverify import Claim, Theorem
from wnverify.families.least_squares.flow import (
    FLOW,
    SQUARED,
    TO_SOLUTION,
    X,
    descent_distance,
    g,
    limit_distance,
    root_distance,
)


def version(distance: Expr) -> Claim:
    """The claim with another distance, relative to X + g."""
    return Claim((limit_distance - distance) / (X + g), "=", Integer(0), given=TO_SOLUTION, tolerance=1e-9)


theorem = Theorem(
    claim=version(root_distance),
    family=FLOW,
    settings=SQUARED,
    corollary_of=("wu2020/limit_equation", "wu2020/limit_unique"),
    mutants={
        "as far as gradient descent": version(descent_distance),
        "the minimum-norm solution": version(Integer(0)),
        "1.001 of it": version(root_distance * Rational(1001, 1000)),
    },
)
