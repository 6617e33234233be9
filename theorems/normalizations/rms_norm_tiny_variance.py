"""Control: RMSNorm and LayerNorm as if no layer could divide by a small number.

Statement:   ‖W‖_F‖∂f/∂W‖_F ≤ 100V for one layer, which no rescaling of W changes.
Hypotheses:  L = 1, ε = 0; false: it is V‖W‖_F‖x‖/R where v is across Wx, and R may be small beside ‖W‖_F.
Kind:        control, false on purpose: it must be refuted
Label:       control
Paper:       not in it.
Ours:        why the bounds need R: weight normalization has √m V at rows of one norm.
Tags:        control, gradient, RMSNorm, LayerNorm, undamped
"""

from wnverify import Claim, Theorem, Verdict
from wnverify.families.normalizations.rms_norm import RMS_NORM

gradient, V, size, L = RMS_NORM.symbols("gradient_norm_W norm_v norm_W L")

theorem = Theorem(
    claim=Claim(size * gradient, "<=", 100 * V, given={"one layer": (L, "<=", 1)}),
    family=RMS_NORM,
    settings={"activation": ("identity",), "epsilon": ("none",)},
    expect=Verdict.REFUTED,
)
