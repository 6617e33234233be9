"""Control: the depth-free Hessian bound for networks whose rows are not normalised.

Statement:   ‖∇²_θ f‖₂ ≤ max(λ₂, min(λ₁, 2h)) as for weight normalization, with the rows used as they are.
Hypotheses:  as for the theorem; only the normalisation is missing.
Kind:        control, false on purpose: it must be refuted
Label:       control
Paper:       not in it.
Ours:        a wrong version of depth_free/hessian.
Tags:        control, hessian, depth-free
"""

from wnverify import Claim, Theorem, Verdict
from wnverify.bounds.depth_free import CENTRED, hessian
from wnverify.families.networks.weight_norm import PLAIN, STANDARD, hessian_norm

theorem = Theorem(
    claim=Claim(hessian_norm, "<=", hessian(), given={**STANDARD, **CENTRED}),
    family=PLAIN,
    expect=Verdict.REFUTED,
)
