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

from wnverify import Claim, Theorem, increasing
from wnverify.bounds.pre_activations import loss_gradient_squared
from wnverify.families.normalizations.square_loss import GAINS_LOSS

gradient, loss, V, P, reach = GAINS_LOSS.symbols("loss_gradient_norm loss norm_v gain_product reach")
bound = loss_gradient_squared(P**2 + V**2 * reach**2, loss)

theorem = Theorem(
    claim=Claim(gradient**2, "<=", bound),
    family=GAINS_LOSS,
    corollary_of="normalizations/gains_hessian",
    about_bound=[increasing(loss), increasing(V), increasing(reach)],
    mutants={
        "1 for 4": bound / 4,
        "without b": loss_gradient_squared(P**2, loss),
        "without V": loss_gradient_squared(P**2 + reach**2, loss),
        "b alone": loss_gradient_squared(V**2 * reach**2, loss),
    },
)
