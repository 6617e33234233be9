"""RMSNorm and LayerNorm: the output is bounded whatever the weights.

Statement:   |f(θ;x)| ≤ ‖v‖₂.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, ε ≥ 0; no layer divides by 0.
Kind:        upper bound, tight: identity, ε = 0, v along the last activations
Label:       theorem
Paper:       not in it.
Ours:        the statement.
Tags:        output, RMSNorm, LayerNorm

Proof. ‖u^L‖ ≤ 1 as R_L ≥ ‖Hz^L‖, and ‖α^L‖ = m^{-1/2}‖φ(√m u^L)‖ ≤ ‖u^L‖. ∎
"""

from wnverify import Claim, Theorem
from wnverify.families.normalizations.rms_norm import RMS_NORM

f, V, m, largest, spectral = RMS_NORM.symbols("output_abs norm_v m largest_v spectral_W")

theorem = Theorem(
    claim=Claim(f, "<=", V),
    family=RMS_NORM,
    mutants={"a tenth less": V * 9 / 10, "one unit": largest, "as it would be without the norm": V * spectral},
)
