"""RMSNorm and LayerNorm: the gradient of the square loss.

Statement:   ‖∇_θ 𝓛‖² ≤ 4G²𝓛, 𝓛 = (1/n) Σ(f(x_i) − y_i)², with G² = 1 + V²b² and b the largest over the inputs of
             b in `rms_norm_hessian`.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, ‖x_i‖₂ ≤ 1, equal widths, ε ≥ 0; no layer divides by 0.
Kind:        upper bound
Label:       corollary
Paper:       not in it.
Ours:        the statement: that of banerjee2024 with the G of this normalization.
Tags:        loss, gradient, RMSNorm, LayerNorm

Proof. ∇𝓛 = (2/n) Σ(f_i − y_i)∇f_i, and ‖∇f_i‖² ≤ ‖α^L‖² + V²Σ(p_l T_l)² ≤ G². ∎
"""

from wnverify import Theorem, increasing
from wnverify.bounds.square_loss import gradient_parts
from wnverify.families.normalizations.rms_norm_on_data import RMS_NORM_ON_DATA

V, reach = RMS_NORM_ON_DATA.symbols("norm_v reach")

theorem = Theorem(
    **gradient_parts(
        RMS_NORM_ON_DATA,
        1 + V**2 * reach**2,
        about=[increasing(reach)],
        wrong={"without b": 1 + V**2, "without V": 1 + reach**2, "b alone": V**2 * reach**2},
        corollary_of="normalizations/rms_norm_hessian",
    )
)
