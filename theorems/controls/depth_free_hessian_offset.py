"""Control: the depth-free Hessian bound for activations with φ(0) ≠ 0.

Statement:   ‖∇²_θ f‖₂ ≤ max(λ₂, min(λ₁, 2h)) with φ = softplus, whose φ(0) is log 2.
Hypotheses:  as for the theorem but φ(0) = 0; false once √m·log L exceeds a few units.
Kind:        control, false on purpose: it must be refuted
Label:       control
Paper:       not in it.
Ours:        a wrong version of depth_free/hessian.
Tags:        control, hessian, depth-free
"""

from wnverify import Claim, Theorem, Verdict
from wnverify.bounds.depth_free import hessian
from wnverify.families.networks.weight_norm import STANDARD, WeightNorm, hessian_norm

theorem = Theorem(
    claim=Claim(hessian_norm, "<=", hessian(), given=STANDARD),
    family=WeightNorm(shapes=((2, 8, 1), (4, 6, 1), (3, 12, 1)), cost=8.0),
    settings={"activation": ("softplus",), "scaling": ("fan_out",)},
    expect=Verdict.REFUTED,
)
