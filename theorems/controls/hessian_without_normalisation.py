"""Control: the Hessian bound for networks whose rows are not normalised.

Statement:   ‖∇²_θ f‖₂ ≤ (C + √(C² + 4b²))/2 as for weight normalization, with the rows used as they are.
Hypotheses:  as for the theorem; only the normalisation is missing.
Kind:        control, false on purpose: it must be refuted
Label:       control
Paper:       banerjee2024, abstract (abstract): the bound depends on the weight normalization terms, which are special
             to such networks.
Relation:    shows its need: without normalised rows it is false.
Ours:        a wrong version of banerjee2024/predictor_hessian.
Tags:        control, hessian
"""

from wnverify import Claim, Theorem, Verdict
from wnverify.bounds.banerjee2024 import hessian
from wnverify.families.networks.weight_norm import PLAIN, STANDARD, hessian_norm

theorem = Theorem(
    claim=Claim(hessian_norm, "<=", hessian(), given=STANDARD),
    family=PLAIN,
    expect=Verdict.REFUTED,
)
