"""Weight normalization by rows with several outputs, gains and biases at any widths: the gradient in all parameters.

Statement:   ‖∂F/∂θ‖₂ ≤ b, b² = Σ_l (p_l T_l)², over both layers, the output the last: T_1 = ‖g²‖, T_2 = 1,
             p_l = √(a²r_l² + 1), a = ‖α^{l−1}‖ and r_l = max(1, |g_i|/‖w_i‖) over the rows w_i of layer l.
Hypotheses:  |φ′| ≤ 1, ‖x‖₂ ≤ 1, no zero row; widths of any size; here one hidden layer.
Kind:        upper bound, tight
Label:       theorem
Paper:       not in it.
Ours:        the statement; `gains_hessian` has it for one output that is not normalised.
Tags:        gradient, depth, gains, biases, widths, outputs

Proof. The spectral norm is the largest ‖∂⟨w, F⟩/∂θ‖ over unit w; here it is ‖w‖ times that. Along (ẇ_i, ġ_i, ḃ_i) the
entry i of ż − Mα̇ is at most r|(ẇ_i, ġ_i)|‖α‖ + |ḃ_i| ≤ p‖U_i‖, so ‖ż − Mα̇‖ ≤ p_l‖U^l‖, and ‖M‖₂ ≤ ‖M‖_F = ‖g‖.
So ‖Ḟ‖ ≤ Σ p_l T_l‖U^l‖ ≤ b‖U‖. ∎
"""

from wnverify import Claim, Theorem, increasing
from wnverify.families.normalizations.several_outputs import SEVERAL_OUTPUTS

gradient, w, reach = SEVERAL_OUTPUTS.symbols("gradient_norm probe_norm chain_reach")

theorem = Theorem(
    claim=Claim(gradient, "<=", w * reach),
    family=SEVERAL_OUTPUTS,
    about_bound=[increasing(w), increasing(reach)],
    mutants={"w twice": w**2 * reach, "0.99 of it": w * reach * 99 / 100, "without the chain": w},
)
