"""How much closer to the minimum-norm solution the flow ends than gradient descent, exactly.

Statement:   ‖x_∞ − x*‖ = g om · (g_∞/g) e^{−(g_∞² − g²)/(2c)}; g om is the distance at which gradient descent on x
             ends from x₀ = gw. Also ‖x_∞ − x*‖² = g_∞² − X².
Hypotheses:  ‖gAw − y‖ < ‖y‖, g > 0; the run converged.
Kind:        identity
Paper:       the comparison.
Ours:        the exact form.
Tags:        minimum norm, comparison, flow, least-squares
"""

from sympy import Expr, Integer, exp

from wnverify import Claim, Theorem
from wnverify.bounds.wu2020 import ratio
from wnverify.families.least_squares.flow import FLOW, TO_SOLUTION, X, g, limit_distance, limit_gain, om


def version(distance: Expr) -> Claim:
    """The claim with another distance, relative to X + g."""
    defect = (limit_distance - distance) / (X + g)
    return Claim(defect, "=", Integer(0), given=TO_SOLUTION, tolerance=1e-9)


theorem = Theorem(
    claim=version(om * limit_gain * exp((g**2 - limit_gain**2) / (2 * ratio()))),
    family=FLOW,
    settings={"loss": ("squared",)},
    mutants={
        "as far as gradient descent": version(om * g),
        "without g_inf/g": version(om * g * exp((g**2 - limit_gain**2) / (2 * ratio()))),
        "twice the exponent": version(om * limit_gain * exp((g**2 - limit_gain**2) / ratio())),
    },
)
