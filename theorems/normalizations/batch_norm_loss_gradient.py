"""BatchNorm: the gradient of the square loss of a whole batch.

Statement:   ‖∇_θ 𝓛‖² ≤ 4G²𝓛, 𝓛 = (1/n) Σ(f_i − y_i)², with G² = 1 + V²b² and b as in `batch_norm_gradient`.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, ε ≥ 0, full batch; no unit divides by 0.
Kind:        upper bound; tight where V is small, and where one layer dominates
Label:       corollary
Paper:       not in it.
Ours:        the statement: that of banerjee2024 with the G of this normalization.
Tags:        loss, gradient, BatchNorm

Proof. With F = (f_1, …, f_n)/√n and E = F − y/√n it is 𝓛 = ‖E‖² and ∇𝓛 = 2J_FᵀE, and ‖J_F‖₂ ≤ G. One sample alone has
no gradient that G bounds, so that the sum over samples of `rms_norm_loss_gradient` does not serve here. ∎
"""

from wnverify import Claim, Theorem, increasing
from wnverify.bounds.pre_activations import loss_gradient_squared
from wnverify.families.normalizations.batch_norm_loss import BATCH_NORM_LOSS

gradient, loss, V, reach = BATCH_NORM_LOSS.symbols("loss_gradient_norm loss norm_v reach")
bound = loss_gradient_squared(1 + V**2 * reach**2, loss)

theorem = Theorem(
    claim=Claim(gradient**2, "<=", bound),
    family=BATCH_NORM_LOSS,
    corollary_of="normalizations/batch_norm_gradient",
    about_bound=[increasing(loss), increasing(V), increasing(reach)],
    mutants={
        "1 for 4": bound / 4,
        "without b": loss_gradient_squared(1 + V**2, loss),
        "without V": loss_gradient_squared(1 + reach**2, loss),
        "b alone": loss_gradient_squared(V**2 * reach**2, loss),
    },
)
