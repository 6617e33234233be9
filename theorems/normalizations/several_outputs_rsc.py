"""Weight normalization by rows with several outputs, gains and biases: the square loss curves up along its gradient.

Statement:   ⟨g, ∇²𝓛 g⟩ ≥ ‖∇𝓛‖²/(2𝓛) − mean ‖∂ℓ/∂F‖H along g = ∇𝓛/‖∇𝓛‖, H = λ_max(Q) of `several_outputs_hessian`;
             so λ_max(∇²𝓛) is at least that, which is what is checked.
Hypotheses:  the square loss, not at rest (𝓛 ≥ 10⁻⁶); |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x_i‖₂ ≤ 1, no zero row; widths of any
             size; here one hidden layer, n ≤ 2.
Kind:        lower bound
Label:       theorem
Paper:       not in it.
Ours:        the statement: `banerjee2024/rsc` near θ along the gradient, for several outputs, gains and biases.
Tags:        loss, hessian, gains, biases, widths, outputs

Proof. With Ḟ along g it is mean 2‖Ḟ‖² + mean⟨∂ℓ/∂F, F̈⟩, the last at least −mean ‖∂ℓ/∂F‖H; and ‖∇𝓛‖ = mean 2⟨F − y, Ḟ⟩
is at most 2√(𝓛·mean‖Ḟ‖²). ∎
"""

from sympy import Rational

from wnverify import Claim, Theorem, increasing
from wnverify.families.normalizations.several_outputs import SEVERAL_OUTPUTS_LOSS

gradient, loss, most, bent = SEVERAL_OUTPUTS_LOSS.symbols("loss_gradient_norm loss loss_hessian_max bent")
least = gradient**2 / (2 * loss)
given = {"not at rest": (loss, ">=", Rational(1, 10**6))}

theorem = Theorem(
    claim=Claim(least, "<=", most + bent, given=given),
    family=SEVERAL_OUTPUTS_LOSS,
    settings={"loss": ("square",)},
    about_bound=[increasing(bent)],
    mutants={
        "a tenth of it": most + bent / 10,
        "without the 2": Claim(2 * least, "<=", most + bent),
        "half of λ_max": most / 2 + bent,
    },
)
