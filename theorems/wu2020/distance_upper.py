"""Distance of the limit to the minimum-norm solution: exponentially small in the growth of the gain.

Statement:   ‖x_∞ − x*‖² ≤ X² k/(1 − k) with k = om² e^{(g² − X²)/c}, measured at the end of the integrated flow.
Hypotheses:  ‖gAw − y‖ < ‖y‖, g > 0, k < 1; the run converged; the bound is above 10⁻⁸ X², so that it is not rounding.
Kind:        upper bound, tight as k → 0
Label:       corollary
Paper:       abstract (abstract): the flow converges close to the solution of least ℓ₂ norm, even from starts that are
             far from zero.
Relation:    finite form: says how close.
Ours:        the explicit form: s ≥ X² in the exponent of the limit equation.
Tags:        minimum norm, limit, flow, implicit bias, least-squares
"""

from sympy import Integer

from wnverify import Claim, Theorem, free_of
from wnverify.bounds.wu2020 import BELOW_ONE, ONLY_RATIO, distance_upper, null_square
from wnverify.families.least_squares.flow import FLOW, SQUARED, TO_SOLUTION, X, limit_distance, rate_w

k = null_square(X**2)
square, bound = limit_distance**2, distance_upper()
given = {**TO_SOLUTION, **BELOW_ONE, "above rounding": (X**2 * k, ">", X**2 / 10**8)}
claim = Claim(square, "<=", bound, given=given, tolerance=1e-5)

theorem = Theorem(
    claim=claim,
    family=FLOW,
    settings=SQUARED,
    corollary_of="wu2020/limit_equation",
    about_bound=[free_of(rate_w, of=k, given=ONLY_RATIO)],
    mutants={
        "without 1/(1-k)": X**2 * k,
        "twice the exponent": X**2 * null_square(X**2, Integer(2)) / (1 - null_square(X**2, Integer(2))),
        "0.99 of the bound": Integer(99) / 100 * bound,
        "without k < 1": claim.without("k below 1"),
    },
    paper_says={"the flow ends close to the minimum-norm solution, from starts far from zero": None},
)
