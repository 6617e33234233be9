"""gW/‖W‖_F in every layer, with biases, any widths and several outputs: the gradient in all parameters.

Statement:   ‖∂F/∂θ‖₂ ≤ b, b² = Σ_l (p_l T_l)² over all layers, the output the last: T_l = Π_{j>l} |g^j|,
             p_l = √(a²r_l² + 1), a = ‖α^{l−1}‖ and r_l = max(1, |g^l|/‖W^l‖_F).
Hypotheses:  |φ′| ≤ 1, ‖x‖₂ ≤ 1, no W^l vanishes; widths of any size; here two hidden layers.
Kind:        upper bound, tight
Label:       theorem
Paper:       not in it.
Ours:        the statement; `several_outputs_gradient` has it for rows, `frobenius_gradient` without gains and biases.
Tags:        gradient, depth, gains, biases, widths, outputs, frobenius

Proof. With U = W/‖W‖_F and Ẇ = hU + E, E ⟂ U: (gU)˙ = ġU + gE/‖W‖ has the Frobenius norm √(ġ² + g²‖E‖²/‖W‖²), at most
r‖(ġ, Ẇ)‖, and moves z by at most that times a; a step in b moves it by its length. So ‖ż − Mα̇‖ ≤ p_l‖U^l‖, and a
layer passes on at most ‖M‖₂ ≤ ‖M‖_F = |g|. So ‖Ḟ‖ ≤ Σ p_l T_l‖U^l‖ ≤ b‖U‖, which is the largest ‖∂⟨w, F⟩/∂θ‖ over
unit w; here it is ‖w‖ times that. ∎
"""

from wnverify import Claim, Theorem, increasing
from wnverify.families.normalizations.deep_outputs import WHOLE

gradient, w, reach = WHOLE.symbols("gradient_norm probe_norm chain_reach")

theorem = Theorem(
    claim=Claim(gradient, "<=", w * reach),
    family=WHOLE,
    about_bound=[increasing(w), increasing(reach)],
    mutants={"w twice": w**2 * reach, "0.99 of it": w * reach * 99 / 100, "without the chain": w},
)
