"""Under EWN the difference of inverse norms is conserved, so one of two nodes wins completely.

Statement:   1/‖w_u‖ − d/‖w_v‖ is conserved for two aligned nodes with ‖G_u‖/‖G_v‖ = d constant; so ‖w_u‖/‖w_v‖ tends
             to infinity if d‖w_u(0)‖ > ‖w_v(0)‖ and to 0 if less (sparsity_ewn_ratio).
Hypotheses:  EWN with ‖v‖ = 1; w_u along −G_u. Run for up to 0.9999 of the time to blow-up in the clock ∫LL dt.
Kind:        identity
Label:       corollary
Paper:       eq. (38) and Proposition 6 (read): z_i/w_j − z_j/w_i is conserved by EWN for a linear model on one
             sample z > 0, so the strongest node alone tends to infinity.
Relation:    stronger: for aligned vector nodes with a constant ratio of gradients; what follows is checked by
             losers_ewn_finite and sparsity_ewn_ratio.
Tags:        sparsity, ewn, invariant, flow
"""

from sympy import log

from wnverify import Theorem
from wnverify.bounds.morwani2022 import conserved
from wnverify.families.homogeneous.competing_nodes import COMPETING, c1, c2, ewn_w1, ewn_w2, w1, w2

d = c1 / c2

theorem = Theorem(
    claim=conserved(1 / w1 - d / w2, 1 / ewn_w1 - d / ewn_w2, 1 / w1 + d / w2),
    family=COMPETING,
    settings={"degree": ("1",)},
    mutants={
        "norms for inverse norms": conserved(w1 - d * w2, ewn_w1 - d * ewn_w2, ewn_w1 + d * ewn_w2),
        "logarithms": conserved(log(w1) - d * log(w2), log(ewn_w1) - d * log(ewn_w2), 1 + d),
        "d inverted": conserved(1 / w1 - 1 / (d * w2), 1 / ewn_w1 - 1 / (d * ewn_w2), 1 / w1 + 1 / (d * w2)),
    },
    corollary_of="morwani2022/winner_ewn_invariant",
)
