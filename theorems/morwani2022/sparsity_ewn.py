"""Under EWN the difference of inverse norms is conserved, so one of two nodes wins completely.

Statement:   1/‖w_u‖ − d/‖w_v‖ is conserved for two aligned nodes with ‖G_u‖/‖G_v‖ = d constant; so ‖w_u‖/‖w_v‖ tends
             to infinity if d‖w_u(0)‖ > ‖w_v(0)‖ and to 0 if less.
Hypotheses:  EWN with ‖v‖ = 1; w_u along −G_u. Run for up to 0.9999 of the time to blow-up in the clock ∫LL dt.
Kind:        identity
Paper:       relative sparsity.
Ours:        the invariant: (1/‖w‖)′ = −‖G‖.
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
)
