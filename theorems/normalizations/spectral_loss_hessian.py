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

from wnverify import Theorem, increasing
from wnverify.bounds.pre_activations import pair
from wnverify.bounds.square_loss import hessian_parts
from wnverify.families.normalizations.square_loss import SPECTRAL_LOSS

V, shares, reach, bend, t = SPECTRAL_LOSS.symbols("norm_v shares reach bend closeness")

theorem = Theorem(
    **hessian_parts(
        SPECTRAL_LOSS,
        (1 + V**2 * shares, pair(V * bend, reach)),
        about=[increasing(shares), increasing(bend)],
        wrong={"without V": (1 + shares, pair(bend, reach))},
        corollary_of=["normalizations/spectral_gradient", "normalizations/spectral_hessian_deep"],
        given={"a gap": (t, "<=", 20_000)},
    )
)
