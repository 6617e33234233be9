"""Under SWN two nodes grow in the ratio of their gradients: lower half.

Statement:   ‖w_u(t)‖ − ‖w_u(0)‖ ≥ c₋ cos δ (‖w_v(t)‖ − ‖w_v(0)‖), where ‖G_u‖/‖G_v‖ ≥ c₋ and the angles of w_u, −G_u
             and of w_v, −G_v are at most δ from 0 to t.
Hypotheses:  SWN with ‖v‖ = 1; δ < 90°. Looked at from half of a run on.
Kind:        lower bound, tight (aligned)
Label:       theorem
Paper:       Theorem 4 and Proposition 5 (read): ‖w_u‖/‖w_v‖ → c = ‖g̃_u‖/‖g̃_v‖ under SWN, if both norms tend to
             infinity.
Relation:    finite form: the flow only, with c and δ measured along the run; see growth_swn.
Ours:        the form: ‖w‖′ = ‖G‖ cos(w, −G).
Tags:        asymptotic relation, sparsity, swn, flow, homogeneous
"""

from sympy import Expr

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.hidden_flow import (
    HIDDEN_FLOW,
    RAN,
    c_least,
    c_most,
    cos_delta,
    end_1,
    end_2,
    half_1,
    half_2,
)

given = {**RAN, "less than a right angle": (cos_delta, ">", 0)}


def version(factor: Expr) -> Claim:
    """The claim with another factor of the second growth."""
    return Claim(end_1 - half_1, ">=", factor * (end_2 - half_2), given=given, tolerance=1e-4)


theorem = Theorem(
    claim=version(c_least * cos_delta),
    family=HIDDEN_FLOW,
    settings={"normalization": ("swn",)},
    mutants={
        "1/c, as under EWN": version(cos_delta / c_most),
        "1.05 of it": version(21 * c_least * cos_delta / 20),
        "without the cosine": version(c_most / cos_delta * 11 / 10),
    },
)
