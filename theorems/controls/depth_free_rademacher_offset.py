"""Control: the depth-free Rademacher bound for an activation with φ(0) ≠ 0.

Statement:   the empirical Rademacher complexity is at most (1+ρ₁) max‖x_i‖/√n with φ = softplus.
Hypotheses:  as for the theorem but oddness; the constant part of the output alone is √m·log 2.
Kind:        control, false on purpose: it must be refuted
Label:       control
Paper:       not in it.
Ours:        a wrong version of depth_free/rademacher_odd.
Tags:        control, rademacher, depth-free
"""

from wnverify import Claim, Theorem, Verdict
from wnverify.bounds.depth_free import odd_complexity
from wnverify.families.networks.rademacher import LIPSCHITZ, RADEMACHER, input_norm, n, rademacher

theorem = Theorem(
    claim=Claim(rademacher, "<=", odd_complexity(n) * input_norm, given=LIPSCHITZ),
    family=RADEMACHER,
    settings={"activation": ("softplus",)},
    expect=Verdict.REFUTED,
)
