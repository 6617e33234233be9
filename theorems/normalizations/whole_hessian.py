"""gW/‖W‖_F in every layer, with biases, any widths and several outputs: the Hessian in all parameters.

Statement:   ‖∇²_θ⟨w, F⟩‖₂ ≤ ‖w‖λ_max(Q) for every w, Q of `chain` with the output as one more layer of β = 0:
             χ_l = |g^l|, p_l = √(a²r_l² + 1), c_l = r_l, o_l = a·2(B² + J²)/√(4B² + 3J²), a = ‖α^{l−1}‖,
             B = 1/‖W^l‖_F, J = |g^l|/‖W^l‖_F².
Hypotheses:  |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x‖₂ ≤ 1, no W^l vanishes; widths of any size; here two hidden layers.
             For φ = ReLU with β = 0, where no entry of a z is 0, as in `deep_outputs_hessian`.
Kind:        upper bound, tight
Label:       theorem
Paper:       not in it.
Ours:        the statement; `several_outputs_hessian` has it for rows and one hidden layer.
Tags:        hessian, smoothness, depth, gains, biases, widths, outputs, frobenius

Proof. First order: `whole_gradient`. Second: a matrix is to its Frobenius norm what a column is to its own, so that
‖(gW/‖W‖)¨‖_F is at most 2(B² + J²)/√(4B² + 3J²) times the square of the step in (g, W), as in `columns_hessian`. So
‖M̈α‖ ≤ ‖M̈‖_F‖α‖ ≤ o_l‖U^l‖², and 2‖Ṁα̇‖ ≤ 2r_l‖U^l‖‖α̇‖; a step in b adds nothing to z̈. The rest is the lemma
`chain`, of which ‖⟨w, F̈⟩‖ ≤ ‖w‖‖F̈‖ is the end. ∎
"""

from wnverify import Claim, Theorem, increasing
from wnverify.families.normalizations.deep_outputs import WHOLE

hessian, w, bend, reach = WHOLE.symbols("hessian_norm probe_norm bend chain_reach")

theorem = Theorem(
    claim=Claim(hessian, "<=", w * bend),
    family=WHOLE,
    about_bound=[increasing(w), increasing(bend)],
    mutants={"w twice": w**2 * bend, "0.98 of it": w * bend * 49 / 50, "b for the coupling": w * reach},
)
