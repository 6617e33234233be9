"""W/‖W‖₂: the Hessian of the square loss.

Statement:   ‖∇²_θ 𝓛‖₂ ≤ 2G² + 2H√𝓛, 𝓛 = (1/n) Σ(f(x_i) − y_i)², with G as in `spectral_loss_gradient`, H = (C + √(C²
             + 4b²))/2 and C = Vλ_max(Q), b and λ_max(Q) the largest over the inputs of those in
             `spectral_hessian_deep`.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x_i‖₂ ≤ 1, no W^l vanishes, s_l ≤ 1 − 1/20 000.
Kind:        upper bound
Label:       corollary
Paper:       not in it.
Ours:        the statement: that of banerjee2024 with G and H of this normalization.
Tags:        loss, hessian, smoothness, spectral

Proof. ∇²𝓛 = (2/n) Σ(∇f_i∇f_iᵀ + (f_i − y_i)∇²f_i) with ‖∇²f_i‖₂ ≤ H, and (1/n) Σ|f_i − y_i| ≤ √𝓛. ∎
"""

from wnverify import Claim, Theorem, increasing
from wnverify.bounds.pre_activations import loss_hessian, pair
from wnverify.families.normalizations.square_loss import SPECTRAL_LOSS

hessian, loss, V, shares, reach, bend, t = SPECTRAL_LOSS.symbols(
    "loss_hessian_norm loss norm_v shares reach bend closeness"
)
G_squared, H = 1 + V**2 * shares, pair(V * bend, reach)
gap = {"a gap": (t, "<=", 20_000)}
bound = loss_hessian(G_squared, H, loss)

theorem = Theorem(
    claim=Claim(hessian, "<=", bound, given=gap),
    family=SPECTRAL_LOSS,
    corollary_of=["normalizations/spectral_gradient", "normalizations/spectral_hessian_deep"],
    about_bound=[increasing(loss), increasing(V), increasing(shares), increasing(bend)],
    mutants={
        "1 for 2 twice": bound / 2,
        "without H": 2 * G_squared,
        "without G": bound - 2 * G_squared,
        "without V": loss_hessian(1 + shares, pair(bend, reach), loss),
    },
)
