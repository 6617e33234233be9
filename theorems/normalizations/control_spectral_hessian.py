"""Control: W/‖W‖₂ has no depth-free Hessian, even where its curvature, which has no bound, is left out.

Statement:   ‖∂²f/∂W∂v‖₂ ≤ max(λ₂, min(λ₁, 2h)) of `frobenius_hessian`, with σ = min ‖W^l‖₂ for ω.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x‖₂ ≤ 1, no W^l vanishes.
Kind:        control, false on purpose: W^l = diag(1, s), x = e₂ gives √((1 + s²)L)s^{L−1}/σ, which tends to √(2L)/σ,
             and the bound tends to √2/σ as V → 0. Of ∂²f/∂W² it is false for one layer: see control_spectral_gap
Label:       control
Paper:       not in it.
Ours:        a wrong version of normalizations/frobenius_hessian.
Tags:        control, hessian, depth, spectral
"""

from wnverify import Claim, Theorem, Verdict
from wnverify.bounds.normalizations import frobenius_hessian
from wnverify.families.normalizations.spectral import SPECTRAL

block, V, sigma = SPECTRAL.symbols("hessian_norm_W_v norm_v sigma")

theorem = Theorem(
    claim=Claim(block, "<=", frobenius_hessian(V, sigma)),
    family=SPECTRAL,
    settings={"activation": ("identity",)},
    expect=Verdict.REFUTED,
)
