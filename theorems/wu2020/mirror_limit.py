"""The limit of the flow is the Bregman projection of the start onto the solutions.

Statement:   D_Φ(x_∞, x₀) ≤ D_Φ(z, x₀) for every z with Az = y, where Φ(x) = √(πc/2) erfi(‖x‖/√(2c)), x₀ = gw and
             x_∞ is the end of the integrated flow.
Hypotheses:  ‖gAw − y‖ < ‖y‖, g > 0; the run converged; D_Φ(x_∞, x₀) > 10⁻⁴ X, so that it is not rounding.
Kind:        upper bound, tight (z may be x_∞)
Label:       theorem
Paper:       abstract (abstract): the reparametrised objective, which is not convex, has a regularising effect.
Relation:    finite form: names what is minimised.
Ours:        the statement, from the mirror flow.
Tags:        mirror flow, limit, flow, least-squares
"""

from sympy import Rational

from wnverify import Claim, Theorem
from wnverify.families.least_squares.flow import FLOW, SQUARED, TO_SOLUTION, X, flow_bregman, other_bregman

given = {**TO_SOLUTION, "above rounding": (flow_bregman, ">", X / 10**4)}

theorem = Theorem(
    claim=Claim(flow_bregman, "<=", other_bregman, given=given, tolerance=1e-8),
    family=FLOW,
    settings=SQUARED,
    mutants={
        "0.99 of the other divergence": Rational(99, 100) * other_bregman,
        "the limit is the farthest solution": Claim(flow_bregman, ">=", other_bregman, given=given),
    },
)
