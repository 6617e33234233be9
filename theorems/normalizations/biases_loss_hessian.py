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

from wnverify import Theorem, increasing
from wnverify.bounds.pre_activations import pair
from wnverify.bounds.square_loss import hessian_parts
from wnverify.families.normalizations.square_loss import BIASES_LOSS

V, a, reach, bend = BIASES_LOSS.symbols("norm_v passed reach bend")

theorem = Theorem(
    **hessian_parts(
        BIASES_LOSS,
        (a**2 + V**2 * reach**2, pair(V * bend, reach)),
        about=[increasing(reach), increasing(bend)],
        wrong={"without V": (a**2 + reach**2, pair(bend, reach))},
        corollary_of=["normalizations/biases_output", "normalizations/biases_hessian"],
    )
)
