"""W/‖W‖₂, one layer: the Hessian in the hidden weights needs a gap between the singular values.

Statement:   ‖∂²f/∂W²‖₂ ≤ V(‖x‖ℓ(s) + β(1 + s²)‖x‖²)/σ², ℓ(s) = λ_max[[2s, 1], [1, 1/(1−s)]], σ = ‖W‖₂, s = σ₂/σ₁,
             V = ‖v‖.
Hypotheses:  L = 1, φ(0) = 0, |φ′| ≤ 1, |φ″| ≤ β < ∞, s ≤ 1 − 1/20 000.
Kind:        upper bound; attained by the identity as s → 1
Label:       theorem
Paper:       not in it.
Ours:        the statement; tried with layers of two to four units.
Tags:        hessian, smoothness, spectral

Proof. Let U = ξE + U′, E = u₁v₁ᵀ ⟂ U′ and S = W/σ₁. Then D²S[U, U] = −2ξ(ξ(E − S) + U′)/σ₁² − Sσ̈₁/σ₁ with
‖E − S‖₂ = s and 0 ≤ σ̈₁ ≤ ‖U′‖²/(σ₁ − σ₂), by perturbation of [[0, W], [Wᵀ, 0]], of which σ₁ is an eigenvalue. So
σ₁²‖D²S[U, U]a‖ ≤ 2sξ² + 2ξη + η²/(1 − s), η = ‖U′‖, whose maximum over ξ² + η² = 1 is ℓ(s).
f̈ = ⟨v, φ″(z)ż² + φ′(z)z̈⟩ with z = S(W)x, and ‖ż‖ ≤ √(1 + s²)‖x‖‖U‖/σ₁ by `spectral_hidden_gradient`. ∎
"""

from sympy import Integer, sqrt

from wnverify import Claim, Theorem, decreasing, increasing
from wnverify.bounds.normalizations import spectral_curvature, spectral_one_layer, spectral_ratio
from wnverify.families.normalizations.spectral import SPECTRAL

hessian, V, sigma, t, r, beta, L = SPECTRAL.symbols("hessian_norm_W norm_v sigma closeness input_norm beta L")
bound, s = spectral_one_layer(V, sigma, t, r), spectral_ratio(t)
given = {"one layer": (L, "<=", 1), "a gap": (t, "<=", 20_000)}

theorem = Theorem(
    claim=Claim(hessian, "<=", bound, given=given),
    family=SPECTRAL,
    about_bound=[decreasing(sigma), increasing(V), increasing(r), increasing(t)],
    mutants={
        "2/√3 for the gap": V * r * (2 / sqrt(3) + beta * (1 + s**2) * r) / sigma**2,
        "without the gap": V * r * (spectral_curvature(Integer(1)) + beta * (1 + s**2) * r) / sigma**2,
        "without V": bound / V,
        "0.95 of it": bound * 19 / 20,
    },
)
