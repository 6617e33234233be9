"""Control: RMSNorm as if the gradient grew as a power of the depth where layers stretch at most twofold.

Statement:   Σ_l ‖∂f/∂W^l‖²_F ≤ L³V²/R² where χ = max ‖HW^l‖₂/R_l ≤ 2, with R = min R_l and V = ‖v‖.
Hypotheses:  those of `rms_norm_gradient` and χ ≤ 2; by that theorem it is true for L ≤ 3; false for every L ≥ 4:
             W^l = diag(2, 1), x = e₂, v = e₁ has (4^L − 1)/3 for L³, which is 85 for 64 at L = 4.
Kind:        control, false on purpose: it must be refuted, and the ratio grows as 4^L/L³
Label:       control
Paper:       not in it.
Ours:        what `rms_norm_gradient` says without χ; it grows exponentially with the depth.
Tags:        control, gradient, depth, RMSNorm, undamped
"""

from wnverify import Claim, Theorem, Verdict
from wnverify.families.normalizations.rms_norm import DEEP_RMS_NORM

gradient, V, R, chi, L = DEEP_RMS_NORM.symbols("gradient_norm_W norm_v R steepest L")

theorem = Theorem(
    claim=Claim(gradient**2, "<=", L**3 * V**2 / R**2, given={"layers stretch at most twofold": (chi, "<=", 2)}),
    family=DEEP_RMS_NORM,
    settings={"activation": ("identity",), "epsilon": ("none",), "norm": ("RMSNorm",)},
    expect=Verdict.REFUTED,
)
