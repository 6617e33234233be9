"""Control: ReLU networks do not meet the hypotheses of the Hessian bound.

Statement:   ‖∇²_θ f‖₂ ≤ (C + √(C² + 4b²))/2 for φ = ReLU, whose second derivative is not bounded by any β.
Hypotheses:  as for the theorem; |φ″| ≤ β < ∞ fails.
Kind:        control, empty on purpose: its hypotheses must reject every instance
Label:       control
Paper:       banerjee2024, abstract (abstract): activation functions are smooth.
Relation:    shows its need: no β bounds the second derivative of ReLU.
Ours:        a wrong version of banerjee2024/predictor_hessian.
Tags:        control, hessian
"""

from wnverify import Claim, Theorem, Verdict
from wnverify.bounds.banerjee2024 import hessian
from wnverify.families.networks.weight_norm import STANDARD, WEIGHT_NORM, hessian_norm

theorem = Theorem(
    claim=Claim(hessian_norm, "<=", hessian(), given=STANDARD),
    family=WEIGHT_NORM,
    settings={"activation": ("relu",)},
    expect=Verdict.VACUOUS,
)
