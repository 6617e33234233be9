"""Control: weight normalization may end farther from the minimum-norm solution than gradient descent.

Statement:   ‖x_∞ − x*‖ is at most the distance at which gradient descent ends, for every start below the first loss.
Hypotheses:  ‖gAw − y‖ < ‖y‖, g > 0; the run converged.
Kind:        control, false on purpose: it must be refuted
Label:       control
Paper:       not in it.
Ours:        a wrong version of wu2020/closer_than_gradient_descent: without g ≥ √c, g_∞ ≥ g.
Tags:        control, minimum norm, comparison
"""

from wnverify import Claim, Theorem, Verdict
from wnverify.families.least_squares.flow import FLOW, SQUARED, TO_SOLUTION, descent_distance, limit_distance

theorem = Theorem(
    claim=Claim(limit_distance, "<=", descent_distance, given=TO_SOLUTION),
    family=FLOW,
    settings=SQUARED,
    expect=Verdict.REFUTED,
)
