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

from wnverify import Theorem
from wnverify.bounds.morwani2022 import growths
from wnverify.families.homogeneous.hidden_flow import HIDDEN_FLOW, c_least, c_most, cos_delta

theorem = Theorem(
    claim=growths(">=", c_least * cos_delta),
    family=HIDDEN_FLOW,
    settings={"normalization": ("swn",)},
    mutants={
        "1/c, as under EWN": growths(">=", cos_delta / c_most),
        "1.05 of it": growths(">=", 21 * c_least * cos_delta / 20),
        "without the cosine": growths(">=", c_most / cos_delta * 11 / 10),
    },
)
