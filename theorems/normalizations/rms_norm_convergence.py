"""RMSNorm and LayerNorm: linear convergence of gradient descent at the rate of its least gradient-to-loss ratio.

Statement:   𝓛(θ_T) ≤ (1 − ζ(2−ζ)R/(2β_𝓛))^T 𝓛(θ_0), R the least ‖∇𝓛(θ_t)‖²/𝓛(θ_t) for t < T, ζ = ηβ_𝓛 and
             β_𝓛 the largest of the T segments, as in `rms_norm_descent`. Hence under α > 0 also
             𝓛(θ⁺) − 𝓛* ≤ (1 − ζ(2−ζ)α/β_𝓛)(𝓛(θ) − 𝓛*) for every 𝓛* ≥ 0 and α of `rms_norm_rsc`, as 2α ≤ R.
Hypotheses:  those of `rms_norm_descent`.
Kind:        upper bound; tight to first order in η
Label:       corollary
Paper:       not in it.
Ours:        the statement: it is at the least R, and at the G and H of the run, which nothing here bounds.
Tags:        gradient descent, convergence, loss, optimization, RMSNorm, LayerNorm

Proof. Each step has ‖∇𝓛‖² ≥ R𝓛 in `rms_norm_descent`; and (1 − x)𝓛 − 𝓛* ≤ (1 − x)(𝓛 − 𝓛*) for 0 ≤ x, 0 ≤ 𝓛*. ∎
"""

from wnverify import Theorem
from wnverify.bounds.square_loss import convergence_parts
from wnverify.families.normalizations.rms_norm_descent import RMS_NORM_DESCENT

theorem = Theorem(**convergence_parts(RMS_NORM_DESCENT, "normalizations/rms_norm_descent"))
