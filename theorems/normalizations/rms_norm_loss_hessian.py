"""RMSNorm and LayerNorm: the Hessian of the square loss.

Statement:   ‖∇²_θ 𝓛‖₂ ≤ 2G² + 2H√𝓛, 𝓛 = (1/n) Σ(f(x_i) − y_i)², with G² = 1 + V²b² and H = (C + √(C² + 4b²))/2,
             C = V λ_max(Q), b and λ_max(Q) the largest over the inputs of those in `rms_norm_hessian`.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, |φ″| ≤ β, ‖x_i‖₂ ≤ 1, equal widths, ε ≥ 0; no layer divides by 0.
Kind:        upper bound
Label:       corollary
Paper:       not in it.
Ours:        the statement: that of banerjee2024 with G and H of this normalization.
Tags:        loss, hessian, smoothness, RMSNorm, LayerNorm

Proof. ∇²𝓛 = (2/n) Σ(∇f_i∇f_iᵀ + (f_i − y_i)∇²f_i), and (1/n) Σ|f_i − y_i| ≤ √𝓛. ∎
"""

from wnverify import Theorem, increasing
from wnverify.bounds.pre_activations import pair
from wnverify.bounds.square_loss import hessian_parts
from wnverify.families.normalizations.rms_norm_on_data import RMS_NORM_ON_DATA

V, reach, bend = RMS_NORM_ON_DATA.symbols("norm_v reach bend")

theorem = Theorem(
    **hessian_parts(
        RMS_NORM_ON_DATA,
        (1 + V**2 * reach**2, pair(V * bend, reach)),
        about=[increasing(reach), increasing(bend)],
        wrong={"without V": (1 + reach**2, pair(bend, reach))},
        corollary_of="normalizations/rms_norm_hessian",
    )
)
