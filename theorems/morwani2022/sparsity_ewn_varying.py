"""Under EWN with a gradient ratio that varies above d, the difference of inverse norms can only fall.

Statement:   1/‖w_u‖ − d/‖w_v‖ does not increase for two aligned nodes with ‖G_u‖/‖G_v‖ ≥ d at all times.
Hypotheses:  EWN with ‖v‖ = 1; w_u along −G_u.
Kind:        upper bound, tight (constant ratio)
Label:       theorem
Paper:       Proposition 5 (read): (iii) under EWN a ratio ‖w_u‖/‖w_v‖ beyond 1/((c − ε)cos δ) tends to ∞ while
             ‖G_u‖/‖G_v‖ ≥ c − ε and the cosines are at least cos δ.
Relation:    special case: δ = 0, as an inequality at all times; runaway_ewn has δ > 0.
Ours:        the form.
Tags:        sparsity, ewn, flow
"""

from sympy import Rational

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.competing_nodes import COMPETING, c1, c2, w1, w2, wobbling_w1, wobbling_w2

d = c1 / c2
claim = Claim(1 / wobbling_w1 + d / w2, "<=", 1 / w1 + d / wobbling_w2, tolerance=1e-9)

theorem = Theorem(
    claim=claim,
    family=COMPETING,
    settings={"degree": ("1",)},
    mutants={
        "the other node": Claim(1 / wobbling_w1 + d / w2, ">=", 1 / w1 + d / wobbling_w2),
        "norms for inverse norms": Claim(wobbling_w1 + d * w2, "<=", w1 + d * wobbling_w2),
        "with d larger by a half": Claim(
            1 / wobbling_w1 + Rational(3, 2) * d / w2, "<=", 1 / w1 + Rational(3, 2) * d / wobbling_w2
        ),
    },
)
