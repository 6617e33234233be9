"""WeightNorm with gains and biases in two hidden layers, several plain outputs: the gradient in all parameters.

Statement:   ‖∂F/∂θ‖₂ ≤ b, b² = Σ_l (p_l T_l)² over all layers, the output the last: T_l = Π_{j>l} χ_j, and
             hidden   χ_l = ‖g^l‖, p_l = √(a²r_l² + 1), r_l = max(1, |g_i|/‖w_i‖) over the rows w_i of layer l,
             output   χ = ‖W³‖₂, p = √(a² + 1); a = ‖α^{l−1}‖.
Hypotheses:  |φ′| ≤ 1, ‖x‖₂ ≤ 1, no zero row; widths of any size; here two hidden layers.
Kind:        upper bound, tight
Label:       theorem
Paper:       not in it.
Ours:        the statement; `several_outputs_gradient` has it for one hidden layer and a normalised output.
Tags:        gradient, depth, gains, biases, widths, outputs

Proof. Hidden layers: `several_outputs_gradient`. The output layer: ‖Ẇα + ḃ‖ ≤ ‖Ẇ‖_F‖α‖ + ‖ḃ‖ ≤ √(a² + 1)‖U‖, and it
passes on ‖W³‖₂. So ‖Ḟ‖ ≤ Σ p_l T_l‖U^l‖ ≤ b‖U‖, for any number of layers. ∎
"""

from wnverify import Claim, Theorem, increasing
from wnverify.families.normalizations.deep_outputs import DEEP_OUTPUTS

gradient, w, reach = DEEP_OUTPUTS.symbols("gradient_norm probe_norm chain_reach")

theorem = Theorem(
    claim=Claim(gradient, "<=", w * reach),
    family=DEEP_OUTPUTS,
    about_bound=[increasing(w), increasing(reach)],
    mutants={"w twice": w**2 * reach, "0.99 of it": w * reach * 99 / 100, "without the chain": w},
)
