"""The limit is the minimum-norm solution only up to a positive distance.

Statement:   ‖x_∞ − x*‖² ≥ X² k₁/(1 − k₁) with k = om² e^{(g² − X²)/c}, k₁ = om² e^{(g² − X²/(1−k))/c}, measured at
             the end of the integrated flow.
Hypotheses:  ‖gAw − y‖ < ‖y‖, g > 0, k < 1; the run converged; k₁ > 10⁻⁸, so that the distance is not rounding.
Kind:        lower bound, tight as k → 0
Label:       corollary
Paper:       abstract (abstract): the flow converges close to the solution of least ℓ₂ norm.
Relation:    finite form: no closer than this, so that `close` is not `equal`.
Ours:        the statement: the upper bound s ≤ X²/(1 − k) put into the exponent.
Tags:        minimum norm, limit, flow, implicit bias, least-squares
"""

from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.bounds.wu2020 import BELOW_ONE, distance_lower, distance_upper, null_square
from wnverify.families.least_squares.flow import FLOW, SQUARED, TO_SOLUTION, X, limit_distance

k = null_square(X**2)
k1 = null_square(X**2 / (1 - k))
given = {**TO_SOLUTION, **BELOW_ONE, "above rounding": (k1, ">", Integer(10) ** -8)}

theorem = Theorem(
    claim=Claim(limit_distance**2, ">=", distance_lower(), given=given, tolerance=1e-5),
    family=FLOW,
    settings=SQUARED,
    corollary_of=("wu2020/limit_equation", "wu2020/distance_upper"),
    mutants={
        "k for k_1": distance_upper(),
        "without the exponential growth": X**2 * k,
        "1.01 of the bound": Integer(101) / 100 * distance_lower(),
    },
)
