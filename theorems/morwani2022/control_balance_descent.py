"""Control: gradient descent under SWN does not keep the balance of squared norms.

Statement:   Σ_{u in l} γ_u²/d_l − (the same for l′) is conserved by gradient descent.
Hypotheses:  w = γ v/‖v‖, six steps.
Kind:        control, false on purpose: it must be refuted
Label:       control
Paper:       not in it.
Ours:        a wrong version of morwani2022/balance_swn, which holds for the flow only.
Tags:        control, swn, gradient descent
"""

from sympy import Integer

from wnverify import Claim, Theorem, Verdict
from wnverify.families.homogeneous.state import HOMOGENEOUS, LAYERED, swn_square_drift

theorem = Theorem(
    claim=Claim(swn_square_drift, "=", Integer(0), tolerance=1e-6),
    family=HOMOGENEOUS,
    settings={**LAYERED, "loss": ("logistic",)},
    expect=Verdict.REFUTED,
)
