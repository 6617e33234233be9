"""BatchNorm: the gradient of the square loss pays for the way to the best point in reach.

Statement:   2α(𝓛(θ) − 𝓛(θ′)) ≤ ‖∇𝓛(θ)‖² for every θ′ = θ + δ with α > 0, α = (κ²/2)‖∇𝓛‖²/𝓛 − 2H(√𝓛 + G‖δ‖), with κ, G
             and H of `batch_norm_rsc`. So 𝓛(θ) − inf_B 𝓛 ≤ ‖∇𝓛(θ)‖²/(2α₀) on every B with all these α ≥ α₀ > 0.
Hypotheses:  those of `batch_norm_rsc`, and α > 0.
Kind:        upper bound; tight to first order near interpolation
Label:       corollary
Paper:       not in it.
Ours:        the statement. Of α it is enough that 2α ≤ ‖∇𝓛‖²/𝓛, and that 𝓛(θ′) ≥ 0.
Tags:        loss, optimization, BatchNorm

Proof. 0 ≤ ½‖√α δ + ∇𝓛/√α‖² in `batch_norm_rsc`: 𝓛(θ′) ≥ 𝓛(θ) + ⟨δ,∇𝓛⟩ + (α/2)‖δ‖² ≥ 𝓛(θ) − ‖∇𝓛‖²/(2α). ∎
"""

from wnverify import Theorem
from wnverify.bounds.square_loss import restricted_pl_parts
from wnverify.families.normalizations.batch_norm_descent import BATCH_NORM_DESCENT

theorem = Theorem(**restricted_pl_parts(BATCH_NORM_DESCENT, "normalizations/batch_norm_rsc"))
