"""Under SWN two nodes grow in the ratio of their gradients: upper half.

Statement:   ‖w_u(t)‖ − ‖w_u(0)‖ ≤ (c₊/cos δ)(‖w_v(t)‖ − ‖w_v(0)‖), where ‖G_u‖/‖G_v‖ ≤ c₊ and the angles of w_u,
             −G_u and of w_v, −G_v are at most δ from 0 to t. With growth_swn_lower: ‖w_u‖/‖w_v‖ → c where both norms
             grow without bound, δ → 0 (alignment_swn) and ‖G_u‖/‖G_v‖ → c.
Hypotheses:  SWN with ‖v‖ = 1; δ < 90°. Looked at from half of a run on.
Kind:        upper bound, tight (aligned)
Label:       theorem
Paper:       Theorem 4 and Proposition 5 and Theorem 13 and Proposition 14 (read): ‖w_u‖/‖w_v‖ → c = ‖g̃_u‖/‖g̃_v‖
             under SWN, if both norms tend to infinity. Exponential loss and cross-entropy.
Relation:    finite form: the flow only, with c and δ measured along the run.
Ours:        the form: ‖w‖′ = ‖G‖ cos(w, −G).
Tags:        asymptotic relation, sparsity, swn, flow, homogeneous
"""

from wnverify import Theorem
from wnverify.bounds.morwani2022 import growths
from wnverify.families.homogeneous.hidden_flow import HIDDEN_FLOW, c_least, c_most, cos_delta

theorem = Theorem(
    claim=growths("<=", c_most / cos_delta),
    family=HIDDEN_FLOW,
    settings={"normalization": ("swn",)},
    mutants={
        "1/c, as under EWN": growths("<=", 1 / (c_least * cos_delta)),
        "0.95 of it": growths("<=", 19 * c_most / (20 * cos_delta)),
        "with the cosine": growths("<=", c_most * cos_delta * 9 / 10),
    },
)
