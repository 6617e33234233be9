"""W/‖W‖₂, one layer: the Hessian in all parameters.

Statement:   ‖∇²_θ f‖₂ ≤ (C + √(C² + 4b²))/2 with C = V(‖x‖ℓ(s) + β(1 + s²)‖x‖²)/σ², b = √(1 + s²)‖x‖/σ,
             ℓ(s) = λ_max[[2s, 1], [1, 1/(1−s)]], σ = ‖W‖₂, s = σ₂/σ₁ and V = ‖v‖.
Hypotheses:  L = 1, φ(0) = 0, |φ′| ≤ 1, |φ″| ≤ β < ∞, s ≤ 1 − 1/20 000.
Kind:        upper bound; attained by the identity as s → 1
Label:       theorem
Paper:       not in it.
Ours:        the statement; tried with layers of two to four units.
Tags:        hessian, smoothness, spectral

Proof. Along (U, q), f̈ = 2⟨q, α̇⟩ + ⟨v, α̈⟩ ≤ 2b‖q‖‖U‖ + C‖U‖² by `spectral_hessian` and its proof. ∎
"""

from sympy import sqrt

from wnverify import Claim, Theorem, decreasing, increasing
from wnverify.bounds.normalizations import spectral_one_layer, spectral_ratio
from wnverify.bounds.pre_activations import pair
from wnverify.families.normalizations.spectral import SPECTRAL

hessian, V, sigma, t, r, L = SPECTRAL.symbols("hessian_norm norm_v sigma closeness input_norm L")
C, b = spectral_one_layer(V, sigma, t, r), sqrt(1 + spectral_ratio(t) ** 2) * r / sigma
given = {"one layer": (L, "<=", 1), "a gap": (t, "<=", 20_000)}

theorem = Theorem(
    claim=Claim(hessian, "<=", pair(C, b), given=given),
    family=SPECTRAL,
    about_bound=[decreasing(sigma), increasing(V), increasing(r)],
    mutants={
        "without b": C,
        "b alone": b,
        "1 for 1 + s² in b": pair(C, r / sigma),
        "0.95 of it": pair(C, b) * 19 / 20,
    },
)
