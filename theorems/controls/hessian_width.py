"""Control: the Hessian bound falling as 1/m instead of 1/√m.

Statement:   ‖∇²_θ f‖₂ ≤ (C + √(C² + 4b²))/2 with 1/m in place of 1/√m in C and in b.
Hypotheses:  as for the theorem.
Kind:        control, false on purpose: it must be refuted
Label:       control
Paper:       not in it.
Ours:        a wrong version of banerjee2024/predictor_hessian.
Tags:        control, hessian
"""

from sympy import sqrt

from wnverify import Claim, Theorem, Verdict
from wnverify.bounds.banerjee2024 import cross_term, hessian_from, hidden_term
from wnverify.families.networks.weight_norm import STANDARD, WEIGHT_NORM, hessian_norm, m

bound = hessian_from(hidden_term(own=2 / sqrt(3) / sqrt(m)), cross_term() / sqrt(m))

theorem = Theorem(
    claim=Claim(hessian_norm, "<=", bound, given=STANDARD),
    family=WEIGHT_NORM,
    expect=Verdict.REFUTED,
)
