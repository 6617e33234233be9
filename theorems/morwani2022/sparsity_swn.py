"""Under SWN the difference of norms is conserved, so no node wins: the ratio tends to that of the gradients.

Statement:   ‖w_u‖ − d‖w_v‖ is conserved for two aligned nodes with ‖G_u‖/‖G_v‖ = d constant; so |‖w_u‖/‖w_v‖ − d|
             equals |‖w_u(0)‖ − d‖w_v(0)‖|/‖w_v‖.
Hypotheses:  SWN with ‖v‖ = 1, or no normalization; w_u along −G_u.
Kind:        identity
Label:       corollary
Paper:       Theorem 4 (read): (i) ‖w_u‖/‖w_v‖ → c under SWN.
Relation:    special case: two aligned nodes with a constant ratio of gradients, with the exact error.
Ours:        the invariant: ‖w‖′ = ‖G‖.
Tags:        sparsity, swn, invariant, flow
"""

from sympy import log

from wnverify import Theorem
from wnverify.bounds.morwani2022 import conserved
from wnverify.families.homogeneous.competing_nodes import COMPETING, c1, c2, plain_w1, plain_w2, w1, w2

d = c1 / c2

theorem = Theorem(
    claim=conserved(w1 - d * w2, plain_w1 - d * plain_w2, plain_w1 + d * plain_w2),
    family=COMPETING,
    settings={"degree": ("1",)},
    mutants={
        "inverse norms": conserved(1 / w1 - d / w2, 1 / plain_w1 - d / plain_w2, 1 / w1 + d / w2),
        "logarithms": conserved(log(w1) - d * log(w2), log(plain_w1) - d * log(plain_w2), 1 + d),
        "the ratio is kept": conserved(w1 / w2, plain_w1 / plain_w2, w1 / w2 + plain_w1 / plain_w2),
    },
    corollary_of="morwani2022/winner_plain_invariant",
)
