"""Control: with biases the depth-free bound on the hidden gradient is lost, even at unit gains.

Statement:   Σ_l ‖∂f/∂W^l‖_F² ≤ (2 − 1/m)κ, κ = V²/(mω²), for WeightNorm with gains of at most 1 and biases.
Hypotheses:  all |g_i| ≤ 1, φ(0) = 0, |φ′| ≤ 1, ‖x‖₂ ≤ 1, no zero row.
Kind:        control, false on purpose: rows and v along (1, …, 1), x and all b^l/√m a unit vector across it: Lκ
Label:       control
Paper:       not in it.
Ours:        a wrong version of normalizations/gains_hidden_gradient.
Tags:        control, gradient, depth, biases
"""

from wnverify import Claim, Theorem, Verdict
from wnverify.bounds.depth_free import SUPREMUM
from wnverify.families.normalizations.gains import BIASES

hidden, V, omega, gain, m = BIASES.symbols("gradient_norm_W norm_v omega largest_g m")

theorem = Theorem(
    claim=Claim(hidden**2, "<=", SUPREMUM * V**2 / (m * omega**2), given={"gains of at most 1": (gain, "<=", 1)}),
    family=BIASES,
    expect=Verdict.REFUTED,
)
