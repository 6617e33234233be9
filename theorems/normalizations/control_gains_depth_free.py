"""Control: no depth-free bound holds on the gradient in the gains, as it does on that in the rows.

Statement:   Σ_l ‖∂f/∂g^l‖² ≤ (2 − 1/m)V²/m for WeightNorm with gains of at most 1, V = ‖v‖.
Hypotheses:  all |g_i| ≤ 1, φ(0) = 0, |φ′| ≤ 1, ‖x‖₂ ≤ 1, no zero row; any L ≥ 2.
Kind:        control, false on purpose: at unit gains and rows, x and v along (1, …, 1), it is LV²/m
Label:       control
Paper:       not in it.
Ours:        a wrong version of normalizations/gains_hidden_gradient, with the gains for rows of norm 1.
Tags:        control, gradient, depth, gains
"""

from wnverify import Claim, Theorem, Verdict
from wnverify.bounds.depth_free import SUPREMUM
from wnverify.families.normalizations.gains import DEEP_GAINS

gradient, V, gain, m = DEEP_GAINS.symbols("gradient_norm_g norm_v largest_g m")

theorem = Theorem(
    claim=Claim(gradient**2, "<=", SUPREMUM * V**2 / m, given={"gains of at most 1": (gain, "<=", 1)}),
    family=DEEP_GAINS,
    expect=Verdict.REFUTED,
)
