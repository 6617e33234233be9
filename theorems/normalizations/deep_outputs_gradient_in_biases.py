"""WeightNorm with gains and biases in two hidden layers, several plain outputs: the gradient in the hidden biases.

Statement:   ‖∂F/∂(b¹, b²)‖₂² ≤ Σ_l T_l² over the hidden layers, T_l of `deep_outputs_gradient`.
Hypotheses:  |φ′| ≤ 1, ‖x‖₂ ≤ 1, no zero row; widths of any size; here two hidden layers.
Kind:        upper bound, tight
Label:       theorem
Paper:       not in it.
Ours:        the statement; `biases_gradient_in_biases` has it for one output and equal widths, with largest gains.
Tags:        gradient, depth, gains, biases, widths, outputs

Proof. A step in b alone moves z by its length, and T_l bounds what the later layers make of it. ∎
"""

from wnverify import Claim, Theorem, increasing
from wnverify.families.normalizations.deep_outputs import DEEP_OUTPUTS

first, second, w, reach = DEEP_OUTPUTS.symbols("gradient_norm_b1 gradient_norm_b2 probe_norm biases_reach")
bound = (w * reach) ** 2

theorem = Theorem(
    claim=Claim(first**2 + second**2, "<=", bound),
    family=DEEP_OUTPUTS,
    about_bound=[increasing(w), increasing(reach)],
    mutants={"w twice": w**2 * bound, "0.99 of it": bound * 99 / 100, "without the chain": w**2},
)
