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

from wnverify import Claim, Theorem, increasing
from wnverify.bounds.pre_activations import loss_hessian, pair
from wnverify.families.normalizations.batch_norm_loss import BATCH_NORM_LOSS

hessian, loss, V, reach, bend = BATCH_NORM_LOSS.symbols("loss_hessian_norm loss norm_v reach bend")
G_squared, H = 1 + V**2 * reach**2, pair(V * bend, reach)
bound = loss_hessian(G_squared, H, loss)

theorem = Theorem(
    claim=Claim(hessian, "<=", bound),
    family=BATCH_NORM_LOSS,
    corollary_of="normalizations/batch_norm_hessian",
    about_bound=[increasing(loss), increasing(V), increasing(reach), increasing(bend)],
    mutants={
        "1 for 2 twice": bound / 2,
        "without H": 2 * G_squared,
        "without G": bound - 2 * G_squared,
        "without V": loss_hessian(1 + reach**2, pair(bend, reach), loss),
    },
)
