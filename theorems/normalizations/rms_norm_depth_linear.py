"""Control: for RMSNorm and LayerNorm, the depth-free gradient bound of weight normalization.

Statement:   Σ_l ‖∂f/∂W^l‖²_F ≤ 2V²/R² where Σ_{j<L} χ^{2j} ≤ 1.01 L, χ = max ‖HW^l‖₂/R_l.
Hypotheses:  those of `rms_norm_gradient` and that; false: orthogonal layers have L V²/R².
Kind:        control, false on purpose: it must be refuted
Label:       control
Paper:       not in it.
Ours:        a wrong version of depth_free/hidden_gradient.
Tags:        control, gradient, depth, RMSNorm, LayerNorm, undamped
"""

from sympy import Rational

from wnverify import Claim, Theorem, Verdict
from wnverify.families.normalizations.rms_norm import RMS_NORM

gradient, V, R, growth, L = RMS_NORM.symbols("gradient_norm_W norm_v R growth L")
contracting = (growth, "<=", Rational(101, 100) * L)

theorem = Theorem(
    claim=Claim(gradient**2, "<=", 2 * V**2 / R**2, given={"hardly a layer stretches": contracting}),
    family=RMS_NORM,
    settings={"activation": ("identity",), "epsilon": ("none",)},
    expect=Verdict.REFUTED,
)
