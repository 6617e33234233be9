"""Control: weight normalization may end farther from the minimum-norm solution than gradient descent.

Statement:   ‖x_∞ − x*‖ ≤ g om for every start below the first loss.
Hypotheses:  ‖gAw − y‖ < ‖y‖, g > 0.
Kind:        control, false on purpose: it must be refuted
Ours:        a wrong version of wu2020/closer_than_gradient_descent: without g ≥ √c, g_∞ ≥ g.
Tags:        control, minimum norm, comparison
"""

from wnverify import Claim, Theorem, Verdict
from wnverify.families.least_squares.state import FIRST_LOSS, LEAST_SQUARES, POSITIVE_GAIN, SQUARED, distance2, g, om

theorem = Theorem(
    claim=Claim(distance2, "<=", (g * om) ** 2, given={**FIRST_LOSS, **POSITIVE_GAIN}),
    family=LEAST_SQUARES,
    settings=SQUARED,
    expect=Verdict.REFUTED,
)
