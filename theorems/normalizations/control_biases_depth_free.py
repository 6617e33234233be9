"""Control: with biases the depth-free bound on the hidden gradient is lost, even at unit gains and unit biases.

Statement:   Σ_l ‖∂f/∂W^l‖_F² ≤ (2 − 1/m)κ, κ = V²/(mω²), for WeightNorm with gains of at most 1 and biases of norm
             √m at most, where no ‖α^l‖ exceeds 1.
Hypotheses:  all |g_i| ≤ 1, ‖b^l‖ ≤ √m, ‖α^l‖ ≤ 1 for all l, φ(0) = 0, |φ′| ≤ 1, ‖x‖₂ ≤ 1, no zero row.
Kind:        control, false on purpose: rows and v along (1, …, 1), x and all b^l/√m a unit vector across it: Lκ,
             which is the most there is, as every layer has κ‖α^{l−1}‖² at most
Label:       control
Paper:       not in it.
Ours:        a wrong version of normalizations/gains_hidden_gradient.
Tags:        control, gradient, depth, biases
"""

from sympy import sqrt

from wnverify import Claim, Theorem, Verdict
from wnverify.bounds.depth_free import SUPREMUM
from wnverify.families.normalizations.gains import DEEP_BIASES

hidden, V, omega, gain, bias, state, m = DEEP_BIASES.symbols(
    "gradient_norm_W norm_v omega largest_g largest_row_b largest_state m"
)
given = {
    "gains of at most 1": (gain, "<=", 1),
    "biases of at most 1 in the mean square": (bias, "<=", sqrt(m)),
    "activations of at most 1": (state, "<=", 1),
}

theorem = Theorem(
    claim=Claim(hidden**2, "<=", SUPREMUM * V**2 / (m * omega**2), given=given),
    family=DEEP_BIASES,
    settings={"activation": ("identity",)},
    expect=Verdict.REFUTED,
)
