"""WeightNorm with gains and biases in two hidden layers, several plain outputs: the Hessian in all parameters.

Statement:   ‖∇²_θ⟨w, F⟩‖₂ ≤ ‖w‖λ_max(Q) for every w, Q of `chain` with the output as one more layer of β = 0:
             χ and p of `deep_outputs_gradient`, and with a = ‖α^{l−1}‖, B = 1/‖w_i‖, J = |g_i|/‖w_i‖²
             hidden   c_l = r_l, o_l = a·max_i 2(B² + J²)/√(4B² + 3J²),
             output   c = 1, o = 0.
Hypotheses:  |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x‖₂ ≤ 1, no zero row; widths of any size; here two hidden layers. For φ = ReLU
             with β = 0, where no entry of a z is 0: the Hessian is that of the smooth piece.
Kind:        upper bound, tight
Label:       theorem
Paper:       not in it.
Ours:        the statement; `several_outputs_hessian` has it for one hidden layer and a normalised output.
Tags:        hessian, smoothness, depth, gains, biases, widths, outputs

Proof. Hidden layers: `several_outputs_hessian`. F is bilinear in (W³, b³) and (α, 1): F̈ = W³α̈ + 2Ẇ³α̇, of which the
last is at most 2‖U‖‖α̇‖. The rest is the lemma `chain`, for any number of layers, and ‖⟨w, F̈⟩‖ ≤ ‖w‖‖F̈‖; it takes φ″
at the z that there are alone, which is 0 of a ReLU but at its kink. ∎
"""

from wnverify import Claim, Theorem, increasing
from wnverify.families.normalizations.deep_outputs import DEEP_OUTPUTS

hessian, w, bend, reach = DEEP_OUTPUTS.symbols("hessian_norm probe_norm bend chain_reach")

theorem = Theorem(
    claim=Claim(hessian, "<=", w * bend),
    family=DEEP_OUTPUTS,
    about_bound=[increasing(w), increasing(bend)],
    mutants={"w twice": w**2 * bend, "0.98 of it": w * bend * 49 / 50, "b for the coupling": w * reach},
)
