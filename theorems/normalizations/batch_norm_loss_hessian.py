"""BatchNorm: the Hessian of the square loss of a whole batch.

Statement:   ‖∇²_θ 𝓛‖₂ ≤ 2G² + 2H√𝓛, 𝓛 = (1/n) Σ(f_i − y_i)², with G² = 1 + V²b², H = (C + √(C² + 4b²))/2 and
             C = V λ_max(Q), b and Q as in `batch_norm_hessian`.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, |φ″| ≤ β < ∞, ε ≥ 0, full batch; no unit divides by 0.
Kind:        upper bound
Label:       corollary
Paper:       not in it.
Ours:        the statement: that of banerjee2024 with G and H of this normalization.
Tags:        loss, hessian, smoothness, BatchNorm

Proof. With F and E of `batch_norm_loss_gradient` it is ∇²𝓛 = 2J_FᵀJ_F + 2 Σ E_i∇²F_i, ‖E‖ = √𝓛, and
‖Σ y_i∇²F_i‖₂ ≤ H for ‖y‖ = 1. ∎
"""

from wnverify import Theorem, increasing
from wnverify.bounds.pre_activations import pair
from wnverify.bounds.square_loss import hessian_parts
from wnverify.families.normalizations.batch_norm_loss import BATCH_NORM_LOSS

V, reach, bend = BATCH_NORM_LOSS.symbols("norm_v reach bend")

theorem = Theorem(
    **hessian_parts(
        BATCH_NORM_LOSS,
        (1 + V**2 * reach**2, pair(V * bend, reach)),
        about=[increasing(reach), increasing(bend)],
        wrong={"without V": (1 + reach**2, pair(bend, reach))},
        corollary_of="normalizations/batch_norm_hessian",
    )
)
