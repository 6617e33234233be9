"""Weight normalization by rows with several outputs, gains and biases at any widths: the Hessian in all parameters.

Statement:   ‖∇²_θ⟨w, F⟩‖₂ ≤ ‖w‖λ_max(Q) for every w, Q of `chain` with the output as one more layer of β = 0:
             χ_l = ‖g^l‖, p_l = √(a²r_l² + 1), c_l = r_l, o_l = a·max_i 2(B² + J²)/√(4B² + 3J²), a = ‖α^{l−1}‖,
             B = 1/‖w_i‖, J = |g_i|/‖w_i‖².
Hypotheses:  |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x‖₂ ≤ 1, no zero row; widths of any size; here one hidden layer.
Kind:        upper bound, tight
Label:       theorem
Paper:       not in it.
Ours:        the statement; `biases_hessian` has it for one output that is not normalised.
Tags:        hessian, smoothness, depth, gains, biases, widths, outputs

Proof. First order: `several_outputs_gradient`. Second: of a row, (g w̄)¨ is at most max 2(B² + J²)/√(4B² + 3J²) times
the square of its step, as in `columns_hessian`; rows add the squares of these, and Σx_i² ≤ (Σx_i)², so that
‖M̈α‖ ≤ o‖U‖² and 2‖Ṁα̇‖ ≤ 2r‖U‖‖α̇‖. The rest is the lemma `chain`, of which ‖⟨w, F̈⟩‖ ≤ ‖w‖‖F̈‖ is the end. ∎
"""

from wnverify import Claim, Theorem, increasing
from wnverify.families.normalizations.several_outputs import SEVERAL_OUTPUTS

hessian, w, bend, reach = SEVERAL_OUTPUTS.symbols("hessian_norm probe_norm bend chain_reach")

theorem = Theorem(
    claim=Claim(hessian, "<=", w * bend),
    family=SEVERAL_OUTPUTS,
    about_bound=[increasing(w), increasing(bend)],
    mutants={"w twice": w**2 * bend, "0.98 of it": w * bend * 49 / 50, "b for the coupling": w * reach},
)
