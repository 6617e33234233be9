"""Control: the depth-free Hessian bound for networks whose rows are not normalised.

Statement:   ‖∇²_θ f‖₂ ≤ max(λ₂, min(λ₁, 2h)) as for weight normalization, with the rows used as they are.
Hypotheses:  as for the theorem; only the normalisation is missing.
Kind:        control, false on purpose: it must be refuted
Ours:        a wrong version of depth_free/hessian.
Tags:        control, hessian, depth-free
"""

from wnverify import Claim, Theorem, Verdict
from wnverify.bounds.depth_free import hessian
from wnverify.families.networks.depth_free import SMOOTH
from wnverify.families.networks.weight_norm import PLAIN, hessian_norm

theorem = Theorem(
    claim=Claim(hessian_norm, "<=", hessian(), given=SMOOTH),
    family=PLAIN,
    expect=Verdict.REFUTED,
)
