"""Control: the Hessian bound with ω in place of ω².

Statement:   ‖∇²_θ f‖₂ ≤ (C + √(C² + 4b²))/2 with ω in place of ω² in C.
Hypotheses:  as for the theorem.
Kind:        control, false on purpose: it must be refuted
Label:       control
Paper:       not in it.
Ours:        a wrong version of banerjee2024/predictor_hessian.
Tags:        control, hessian
"""

from wnverify import Claim, Theorem, Verdict
from wnverify.bounds.banerjee2024 import cross_term, hessian_from, hidden_term
from wnverify.families.networks.weight_norm import STANDARD, WEIGHT_NORM, hessian_norm, omega

theorem = Theorem(
    claim=Claim(hessian_norm, "<=", hessian_from(hidden_term(scale=omega), cross_term()), given=STANDARD),
    family=WEIGHT_NORM,
    expect=Verdict.REFUTED,
)
