"""RMSNorm and LayerNorm: steps of gradient descent lower the square loss, with no condition on its curvature.

Statement:   𝓛(θ_T) ≤ 𝓛(θ_0) − η(1 − ηβ_𝓛/2) Σ_t‖∇𝓛(θ_t)‖² for θ_{t+1} = θ_t − η∇𝓛(θ_t), t < T, and the largest
             β_𝓛 = 2G² + 2H√𝓛(θ_0) of the T segments, G and H as in `rms_norm_rsc`. One step has
             𝓛(θ⁺) ≤ 𝓛(θ) − (ζ(2−ζ)/(2β_𝓛))‖∇𝓛‖², ζ = ηβ_𝓛.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x_i‖₂ ≤ 1; full gradients, ηβ_𝓛 < 2; ε > 0, or steps so small that
             by `rms_norm_segment` all divisors keep a thousandth of themselves; 𝓛(θ_0) > 10⁻¹²(1 + ‖v‖²), beyond
             which floats do not tell.
Kind:        upper bound; tight to first order in η
Label:       theorem
Paper:       not in it.
Ours:        the statement: that of banerjee2024 with G and H of this normalization. They cannot be those of θ_0: what
             layers divide by may shrink along descent, unlike the rows of WeightNorm.
Tags:        gradient descent, loss, optimization, RMSNorm, LayerNorm

Proof. As in `rms_norm_loss_hessian`, β_𝓛 bounds ‖∇²𝓛‖₂ at all points of the segment where 𝓛 ≤ 𝓛(θ_0). As long as that
is so, 𝓛(θ − s∇𝓛) ≤ 𝓛(θ) − s(1 − sβ_𝓛/2)‖∇𝓛‖² ≤ 𝓛(θ), s ≤ η: it stays so up to θ⁺; then step by step. ∎
"""

from wnverify import Theorem
from wnverify.bounds.square_loss import descent_parts
from wnverify.families.normalizations.rms_norm_descent import RMS_NORM_DESCENT

theorem = Theorem(**descent_parts(RMS_NORM_DESCENT))
