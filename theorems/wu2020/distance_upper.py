"""Distance of the limit to the minimum-norm solution: exponentially small in the growth of the gain.

Statement:   ‖x_∞ − x*‖² ≤ X² k/(1 − k) with k = om² e^{(g² − X²)/c}; ‖x_∞ − x*‖² = s − X² for the root s of
             s(1 − om² e^{(g² − s)/c}) = X².
Hypotheses:  k < 1; for the flow to end there, ‖gAw − y‖ < ‖y‖ and g > 0 (see limit_equation).
Kind:        upper bound, tight as k → 0
Paper:       the rate.
Ours:        the explicit form: s ≥ X² in the exponent.
Tags:        minimum norm, limit, implicit bias, least-squares
"""

from sympy import Integer

from wnverify import Claim, Theorem, free_of
from wnverify.bounds.wu2020 import BELOW_ONE, ONLY_RATIO, distance_upper, null_square
from wnverify.families.least_squares.state import LEAST_SQUARES, SQUARED, X, distance2, rate_w

k = null_square(X**2)

theorem = Theorem(
    claim=Claim(distance2, "<=", distance_upper(), given=BELOW_ONE, tolerance=1e-9),
    family=LEAST_SQUARES,
    settings=SQUARED,
    about_bound=[free_of(rate_w, of=k, given=ONLY_RATIO)],
    mutants={
        "without 1/(1-k)": X**2 * k,
        "twice the exponent": X**2 * null_square(X**2, Integer(2)) / (1 - null_square(X**2, Integer(2))),
        "0.99 of the bound": Integer(99) / 100 * distance_upper(),
        "without k < 1": Claim(distance2, "<=", distance_upper()),
    },
)
