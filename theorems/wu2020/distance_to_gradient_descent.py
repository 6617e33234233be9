"""How much closer to the minimum-norm solution the flow ends than gradient descent, exactly.

Statement:   ‖x_∞ − x*‖ = d · (g_∞/g) e^{−(g_∞² − g²)/(2c)}, d the distance at which gradient descent on x ends from
             x₀ = gw; also ‖x_∞ − x*‖² = g_∞² − X². Both ends are measured: that of the integrated flow, and that of
             the descent.
Hypotheses:  ‖gAw − y‖ < ‖y‖, g > 0; the run converged.
Kind:        identity
Label:       corollary
Paper:       abstract (abstract): the flow converges close to the solution of least norm, gradient descent only from
             some starts.
Relation:    finite form: the two distances, compared.
Ours:        the exact form.
Tags:        minimum norm, comparison, flow, least-squares
"""

from sympy import Expr, Integer, exp

from wnverify import Claim, Theorem
from wnverify.bounds.wu2020 import ratio
from wnverify.families.least_squares.flow import (
    FLOW,
    SQUARED,
    TO_SOLUTION,
    X,
    descent_distance,
    g,
    limit_distance,
    limit_gain,
)


def version(factor: Expr) -> Claim:
    """The claim with another factor between the two distances, relative to X + g."""
    defect = (limit_distance - descent_distance * factor) / (X + g)
    return Claim(defect, "=", Integer(0), given=TO_SOLUTION, tolerance=1e-9)


exponent = (g**2 - limit_gain**2) / (2 * ratio())

theorem = Theorem(
    claim=version(limit_gain / g * exp(exponent)),
    family=FLOW,
    settings=SQUARED,
    corollary_of=("wu2020/limit_direction", "wu2020/gradient_descent_distance"),
    mutants={
        "as far as gradient descent": version(Integer(1)),
        "without g_inf/g": version(exp(exponent)),
        "twice the exponent": version(limit_gain / g * exp(2 * exponent)),
    },
)
