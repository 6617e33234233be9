"""WeightNorm with gains and biases: the Hessian of the square loss.

Statement:   ‖∇²_θ 𝓛‖₂ ≤ 2G² + 2H√𝓛, 𝓛 = (1/n) Σ(f(x_i) − y_i)², with G as in `biases_loss_gradient`, H = (C + √(C² +
             4b²))/2 and C = Vλ_max(Q), b and λ_max(Q) the largest over the inputs of those in `biases_hessian`.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, |φ″| ≤ β < ∞, equal widths, no zero row.
Kind:        upper bound
Label:       corollary
Paper:       not in it.
Ours:        the statement: that of banerjee2024 with G and H of this normalization.
Tags:        loss, hessian, smoothness, gains, biases

Proof. ∇²𝓛 = (2/n) Σ(∇f_i∇f_iᵀ + (f_i − y_i)∇²f_i) with ‖∇²f_i‖₂ ≤ H, and (1/n) Σ|f_i − y_i| ≤ √𝓛. ∎
"""

from wnverify import Claim, Theorem, increasing
from wnverify.bounds.pre_activations import loss_hessian, pair
from wnverify.families.normalizations.square_loss import BIASES_LOSS

hessian, loss, V, a, reach, bend = BIASES_LOSS.symbols("loss_hessian_norm loss norm_v passed reach bend")
G_squared, H = a**2 + V**2 * reach**2, pair(V * bend, reach)
bound = loss_hessian(G_squared, H, loss)

theorem = Theorem(
    claim=Claim(hessian, "<=", bound),
    family=BIASES_LOSS,
    corollary_of=["normalizations/biases_output", "normalizations/biases_hessian"],
    about_bound=[increasing(loss), increasing(V), increasing(reach), increasing(bend)],
    mutants={
        "1 for 2 twice": bound / 2,
        "without H": 2 * G_squared,
        "without G": bound - 2 * G_squared,
        "without V": loss_hessian(a**2 + reach**2, pair(bend, reach), loss),
    },
)
