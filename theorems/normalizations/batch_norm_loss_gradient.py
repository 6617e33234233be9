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

from wnverify import Theorem, increasing
from wnverify.bounds.square_loss import gradient_parts
from wnverify.families.normalizations.batch_norm_loss import BATCH_NORM_LOSS

V, reach = BATCH_NORM_LOSS.symbols("norm_v reach")

theorem = Theorem(
    **gradient_parts(
        BATCH_NORM_LOSS,
        1 + V**2 * reach**2,
        about=[increasing(reach)],
        wrong={"without b": 1 + V**2, "without V": 1 + reach**2, "b alone": V**2 * reach**2},
        corollary_of="normalizations/batch_norm_gradient",
    )
)
