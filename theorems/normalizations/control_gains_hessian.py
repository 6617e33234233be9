"""Control: no depth-free bound holds on the Hessian in the gains, whatever the norms of the rows.

Statement:   ‖∂²f/∂g²‖₂ ≤ 2V/m for WeightNorm with gains of at most 1, V = ‖v‖.
Hypotheses:  all |g_i| ≤ 1, φ(0) = 0, |φ′| ≤ 1, ‖x‖₂ ≤ 1, no zero row; any L.
Kind:        control, false on purpose: at unit gains and rows, x and v along (1, …, 1), f is multiplied by
             (1 + t/√(mL))^L when all gains grow by t/√(mL), so that ‖∂²f/∂g²‖₂ ≥ (L−1)V/m
Label:       control
Paper:       not in it.
Ours:        a wrong version of depth_free/hessian: with trained gains there is none of its kind.
Tags:        control, hessian, depth, gains
"""

from wnverify import Claim, Theorem, Verdict
from wnverify.families.normalizations.gains import DEEP_GAINS

hessian, V, gain, m = DEEP_GAINS.symbols("hessian_norm_g norm_v largest_g m")

theorem = Theorem(
    claim=Claim(hessian, "<=", 2 * V / m, given={"gains of at most 1": (gain, "<=", 1)}),
    family=DEEP_GAINS,
    expect=Verdict.REFUTED,
)
