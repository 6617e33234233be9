"""WeightNorm with gains and biases: the gradient of the square loss.

Statement:   ‖∇_θ 𝓛‖² ≤ 4G²𝓛, 𝓛 = (1/n) Σ(f(x_i) − y_i)², with G² = a² + V²b², a and b the largest over the inputs of
             a_L in `biases_output` and of b in `biases_hessian`.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, equal widths, no zero row.
Kind:        upper bound
Label:       corollary
Paper:       not in it.
Ours:        the statement: that of banerjee2024 with the G of this normalization.
Tags:        loss, gradient, gains, biases

Proof. ∇𝓛 = (2/n) Σ(f_i − y_i)∇f_i with ‖∇f_i‖ ≤ G, and (1/n) Σ|f_i − y_i| ≤ √𝓛. ∂f/∂v is α^L, ‖α^L‖ ≤ a_L, and the
rest of ∇f is at most Vb. ∎
"""

from wnverify import Theorem, increasing
from wnverify.bounds.square_loss import gradient_parts
from wnverify.families.normalizations.square_loss import BIASES_LOSS

V, a, reach = BIASES_LOSS.symbols("norm_v passed reach")

theorem = Theorem(
    **gradient_parts(
        BIASES_LOSS,
        a**2 + V**2 * reach**2,
        about=[increasing(reach)],
        wrong={"without b": a**2, "without V": a**2 + reach**2, "b alone": V**2 * reach**2},
        corollary_of=["normalizations/biases_output", "normalizations/biases_hessian"],
    )
)
