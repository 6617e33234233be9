"""Control: for RMSNorm, the depth-free Hessian bound of W/‖W‖_F.

Statement:   ‖∇²_θ f(θ;x)‖₂ ≤ max(λ₂, min(λ₁, 2h)) of `frobenius_hessian`, with R = min R_l for ω, where
             Σ_{j<L} χ^{2j} ≤ 1.01 L, χ = max ‖W^l‖₂/R_l.
Hypotheses:  those of `rms_norm_linear_hessian` and that; false: with W^l = 1, x = e₂ and v = V(4, 3)/5 every layer
             turns one vector, and ‖∂²f/∂W²‖₂R²/V is 2.14, 4.21, 6.29, 8.37 at L = 2, 4, 6, 8 (at most
             (2/√3)L + L − 1, by that theorem), where the bound tends to 2, 3, 3.25, 3.37 as V/R → ∞.
Kind:        control, false on purpose: it must be refuted
Label:       control
Paper:       not in it.
Ours:        a wrong version of normalizations/frobenius_hessian.
Tags:        control, hessian, depth, RMSNorm, undamped
"""

from sympy import Rational

from wnverify import Claim, Theorem, Verdict
from wnverify.bounds.normalizations import frobenius_hessian
from wnverify.families.normalizations.rms_norm import NARROW_RMS_NORM

hessian, V, R, growth, L = NARROW_RMS_NORM.symbols("hessian_norm norm_v R growth L")
contracting = (growth, "<=", Rational(101, 100) * L)

theorem = Theorem(
    claim=Claim(hessian, "<=", frobenius_hessian(V, R), given={"hardly a layer stretches": contracting}),
    family=NARROW_RMS_NORM,
    settings={"activation": ("identity",), "epsilon": ("none",), "norm": ("RMSNorm",)},
    expect=Verdict.REFUTED,
)
