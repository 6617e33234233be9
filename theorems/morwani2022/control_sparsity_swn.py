"""Control: SWN does not make nodes relatively sparse.

Statement:   Under SWN 1/‖w_u‖ − d/‖w_v‖ is conserved for two aligned nodes, as it is under EWN.
Hypotheses:  SWN with ‖v‖ = 1, degree 1.
Kind:        control, false on purpose: it must be refuted
Label:       control
Paper:       not in it.
Ours:        a wrong version of morwani2022/sparsity_ewn.
Tags:        control, sparsity, swn
"""

from sympy import Integer

from wnverify import Claim, Theorem, Verdict
from wnverify.families.homogeneous.competing_nodes import COMPETING, c1, c2, plain_w1, plain_w2, w1, w2

change = 1 / plain_w1 - c1 / c2 / plain_w2 - 1 / w1 + c1 / c2 / w2

theorem = Theorem(
    claim=Claim(change, "=", Integer(0), tolerance=1e-6),
    family=COMPETING,
    settings={"degree": ("1",)},
    expect=Verdict.REFUTED,
)
