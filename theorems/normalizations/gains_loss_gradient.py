"""WeightNorm with gains: the gradient of the square loss.

Statement:   ‖∇_θ 𝓛‖² ≤ 4G²𝓛, 𝓛 = (1/n) Σ(f(x_i) − y_i)², with G² = P² + V²b², P = Πγ_l and b the largest over the
             inputs of b in `gains_hessian`.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, ‖x_i‖₂ ≤ 1, equal widths, no zero row, no biases.
Kind:        upper bound
Label:       corollary
Paper:       not in it.
Ours:        the statement: that of banerjee2024 with the G of this normalization.
Tags:        loss, gradient, gains

Proof. ∇𝓛 = (2/n) Σ(f_i − y_i)∇f_i with ‖∇f_i‖ ≤ G, and (1/n) Σ|f_i − y_i| ≤ √𝓛. ∂f/∂v is α^L, ‖α^L‖ ≤ P, and the rest
of ∇f is at most Vb. ∎
"""

from wnverify import Theorem, increasing
from wnverify.bounds.square_loss import gradient_parts
from wnverify.families.normalizations.square_loss import GAINS_LOSS

V, P, reach = GAINS_LOSS.symbols("norm_v gain_product reach")

theorem = Theorem(
    **gradient_parts(
        GAINS_LOSS,
        P**2 + V**2 * reach**2,
        about=[increasing(reach)],
        wrong={"without b": P**2, "without V": P**2 + reach**2, "b alone": V**2 * reach**2},
        corollary_of="normalizations/gains_hessian",
    )
)
