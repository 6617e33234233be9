"""WeightNorm with gains and biases in two hidden layers, several plain outputs: ‖F‖, and the gradient in x.

Statement:   ‖∂⟨w, F⟩/∂x‖² + ‖F‖² ≤ (‖w‖Πχ_l)² + A² for every w, χ of `deep_outputs_gradient`, a_0 = ‖x‖,
             a_l = min(χ_l a_{l−1} + ‖b^l‖ + √m_l|φ(0)|, √m_l sup|φ|), and A = χa_L + ‖b³‖ of the output.
             Each of ‖F‖ ≤ A and ‖∂F/∂x‖₂ ≤ Πχ_l holds alone: let w be 0, or long.
Hypotheses:  |φ′| ≤ 1, no zero row; widths of any size; here two hidden layers.
Kind:        upper bound, tight
Label:       theorem
Paper:       not in it.
Ours:        the statement; `biases_output` and `gains_input` have it for one output, equal widths and φ(0) = 0.
Tags:        output, depth, gains, biases, widths, outputs

Proof. The left side is the square of the gradient of ⟨w, F(x)⟩ in (x, w). ‖φ(z)‖ ≤ ‖φ(z) − φ(0)‖ + √m|φ(0)| ≤
‖z‖ + √m|φ(0)|, at most √m sup|φ| too, and ‖z‖ ≤ ‖M‖₂‖α‖ + ‖b‖ with ‖M‖₂ ≤ ‖M‖_F = ‖g‖. And
∂⟨w, F⟩/∂x is a product of W³ᵀw and the matrices φ′M, of norm at most ‖w‖Πχ_l. ∎
"""

from wnverify import Claim, Theorem, increasing
from wnverify.families.normalizations.deep_outputs import DEEP_OUTPUTS

into, w, stretch, A = DEEP_OUTPUTS.symbols("input_gradient_norm probe_norm stretch reach")
bound = (w * stretch) ** 2 + A**2

theorem = Theorem(
    claim=Claim(into**2, "<=", bound),
    family=DEEP_OUTPUTS,
    about_bound=[increasing(w), increasing(stretch), increasing(A)],
    mutants={"the output alone": A**2, "the input alone": (w * stretch) ** 2, "0.99 of it": bound * 99 / 100},
)
