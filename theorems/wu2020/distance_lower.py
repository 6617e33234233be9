"""The limit is the minimum-norm solution only up to a positive distance.

Statement:   ‖x_∞ − x*‖² ≥ X² k₁/(1 − k₁) with k = om² e^{(g² − X²)/c}, k₁ = om² e^{(g² − X²/(1−k))/c}.
Hypotheses:  k < 1; for the flow to end there, ‖gAw − y‖ < ‖y‖ and g > 0 (see limit_equation).
Kind:        lower bound, tight as k → 0
Paper:       the limit.
Ours:        the statement: the upper bound s ≤ X²/(1 − k) put into the exponent.
Tags:        minimum norm, limit, implicit bias, least-squares
"""

from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.bounds.wu2020 import BELOW_ONE, distance_lower, distance_upper, null_square
from wnverify.families.least_squares.state import LEAST_SQUARES, SQUARED, X, distance2

k = null_square(X**2)

theorem = Theorem(
    claim=Claim(distance2, ">=", distance_lower(), given=BELOW_ONE, tolerance=1e-9),
    family=LEAST_SQUARES,
    settings=SQUARED,
    mutants={
        "k for k_1": distance_upper(),
        "without the exponential growth": X**2 * k,
        "1.01 of the bound": Integer(101) / 100 * distance_lower(),
    },
)
