"""The limit differs from the minimum-norm solution by the kernel part of the start, damped by the gain's growth.

Statement:   x_∞ = x* + g_∞ e^{(g² − g_∞²)/(2c)} P_⊥w. Measured along an arbitrary unit z of ker A:
             ⟨z, x_∞⟩ = g_∞ e^{(g² − g_∞²)/(2c)} ⟨z, w⟩; in the range of Aᵀ there is nothing to say, as Ax_∞ = y.
Hypotheses:  ‖gAw − y‖ < ‖y‖, g > 0; the run converged.
Kind:        identity
Label:       theorem
Paper:       the limit (abstract): the flow ends at x* plus the part of the start in ker A, damped as the invariant
             says.
Relation:    same: measured at the end of the integrated flow.
Tags:        limit, flow, implicit bias, least-squares
"""

from sympy import Expr, Integer, exp

from wnverify import Claim, Theorem
from wnverify.bounds.wu2020 import ratio
from wnverify.families.least_squares.flow import FLOW, TO_SOLUTION, X, g, limit_gain, limit_null, null_part


def version(scale: Expr) -> Claim:
    """The claim with another factor of ⟨z, w⟩, relative to X."""
    defect = (limit_null - scale * null_part) / (X + g)
    return Claim(defect, "=", Integer(0), given=TO_SOLUTION, tolerance=1e-9)


difference = (g**2 - limit_gain**2) / (2 * ratio())

theorem = Theorem(
    claim=version(limit_gain * exp(difference)),
    family=FLOW,
    settings={"loss": ("squared",)},
    mutants={
        "the limit of gradient descent": version(g),
        "without the exponential": version(limit_gain),
        "twice the exponent": version(limit_gain * exp(2 * difference)),
        "the minimum-norm solution": version(Integer(0)),
    },
)
