"""Control: RMSNorm and LayerNorm as if the layers could not stretch what they pass on.

Statement:   Σ_l ‖∂f/∂W^l‖²_F ≤ L V²/R² with R = min R_l and V = ‖v‖.
Hypotheses:  those of `rms_norm_gradient`; false: W^l = diag(2, 1), x = e₂, v = e₁ has (4^L − 1)/3 for L.
Kind:        control, false on purpose: it must be refuted
Label:       control
Paper:       not in it.
Ours:        what `rms_norm_gradient` says without χ; it grows exponentially with the depth.
Tags:        control, gradient, depth, RMSNorm, LayerNorm
"""

from wnverify import Claim, Theorem, Verdict
from wnverify.families.normalizations.rms_norm import RMS_NORM

gradient, V, R, L = RMS_NORM.symbols("gradient_norm_W norm_v R L")

theorem = Theorem(
    claim=Claim(gradient**2, "<=", L * V**2 / R**2),
    family=RMS_NORM,
    settings={"activation": ("identity",), "epsilon": ("none",)},
    expect=Verdict.REFUTED,
)
