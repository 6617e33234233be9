"""WeightNorm with gains and biases in two hidden layers, several plain outputs: the gradient in the hidden gains.

Statement:   ‖∂F/∂(g¹, g²)‖₂² ≤ Σ_l (a_{l−1}T_l)² over the hidden layers, a = ‖α^{l−1}‖, and T_l of
             `deep_outputs_gradient`.
Hypotheses:  |φ′| ≤ 1, ‖x‖₂ ≤ 1, no zero row; widths of any size; here two hidden layers.
Kind:        upper bound, tight
Label:       theorem
Paper:       not in it.
Ours:        the statement; `gains_gradient_in_gains` has it for one output and equal widths, with largest gains.
Tags:        gradient, depth, gains, biases, widths, outputs

Proof. A step in g alone moves z by ġ ⊙ W̄α, of norm at most ‖ġ‖a, as no entry of W̄α is larger; T_l bounds what the
later layers make of it, and ‖∂⟨w, F⟩/∂g‖ is at most ‖w‖ times the bound. ∎
"""

from wnverify import Claim, Theorem, increasing
from wnverify.families.normalizations.deep_outputs import DEEP_OUTPUTS

first, second, w, reach = DEEP_OUTPUTS.symbols("gradient_norm_g1 gradient_norm_g2 probe_norm gains_reach")
bound = (w * reach) ** 2

theorem = Theorem(
    claim=Claim(first**2 + second**2, "<=", bound),
    family=DEEP_OUTPUTS,
    about_bound=[increasing(w), increasing(reach)],
    mutants={"w twice": w**2 * bound, "0.99 of it": bound * 99 / 100, "without the chain": w**2},
)
