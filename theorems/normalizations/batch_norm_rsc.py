"""BatchNorm: restricted strong convexity of the square loss, for every pair of parameters.

Statement:   𝓛(θ′) − 𝓛(θ) − ⟨δ,∇𝓛(θ)⟩ + H(√𝓛 + G‖δ‖)‖δ‖² ≥ ⟨δ,∇𝓛⟩²/(4𝓛), δ = θ′ − θ = (dW, dv). That is
             𝓛(θ′) ≥ 𝓛(θ) + ⟨δ,∇𝓛⟩ + (α/2)‖δ‖² with α = (κ²/2)‖∇𝓛‖²/𝓛 − 2H(√𝓛 + G‖δ‖), whatever its sign, for
             κ = |⟨δ,∇𝓛⟩|/(‖δ‖‖∇𝓛‖). G² = 1 + V²b², H = (C + √(C² + 4b²))/2 and C = V λ_max(Q) are those of
             `batch_norm_hessian` at ‖v‖ ≤ V and at the least divisors of `batch_norm_segment`, on the whole segment.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, |φ″| ≤ β < ∞, full batch; ε > 0, or dW so small that by `batch_norm_segment` all
             divisors keep a thousandth of themselves; 𝓛 > 0. Not where floats do not tell: ‖δ‖ < 1e-4, or
             ⟨δ,∇𝓛⟩² < 1e-16 𝓛‖δ‖².
Kind:        lower bound; tight to first order near interpolation, κ = 1, and in H for one layer where V is small
Label:       theorem
Paper:       not in it.
Ours:        the statement: that of banerjee2024 with G and H of this normalization; what layers divide by at least on
             the segment replaces the least row norm there.
Tags:        loss, curvature, optimization, BatchNorm

Proof. On the segment every layer divides by at least what `batch_norm_segment` says, and ‖W + t dW‖₂ and ‖v + t dv‖
are convex in t: so G and H bound ‖J_F‖₂ and ‖Σ y_i∇²F_i‖₂, ‖y‖ = 1, for F = (f_1, …, f_n)/√n and all t, since b and
λ_max(Q) rise with every factor of the chain. With E = F − y/√n and
F(θ′) = F + J_Fδ + r it is ‖r‖ ≤ H‖δ‖²/2, and 𝓛(θ′) − 𝓛 − ⟨δ,∇𝓛⟩ = ‖J_Fδ + r‖² + 2⟨E, r⟩ is at least
‖J_Fδ‖² − 2(G‖δ‖ + √𝓛)‖r‖; last, |⟨δ,∇𝓛⟩| = 2|⟨E, J_Fδ⟩| ≤ 2√𝓛‖J_Fδ‖. ∎
"""

from wnverify import Theorem
from wnverify.bounds.square_loss import rsc_parts
from wnverify.families.normalizations.batch_norm_descent import BATCH_NORM_DESCENT

theorem = Theorem(**rsc_parts(BATCH_NORM_DESCENT, {}))
