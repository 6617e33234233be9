"""RMSNorm and LayerNorm: the Hessian, by running first and second derivatives through the layers.

Statement:   ‖∇²_θ f(θ;x)‖₂ ≤ (C + √(C² + 4b²))/2 with C = V λ_max(Q), b² = Σ(p_l T_l)², T_l = Π_{j>l} χ_j,
             χ_l = ‖HW^l‖₂/R_l, p_l = ‖α^{l−1}‖/R_l, y_l = χ_l y_{l−1} + p_l e_l and
             Q = Σ T_l[(2/√3 + √m β) y_l y_lᵀ + (e_l y_{l−1}ᵀ + y_{l−1} e_lᵀ)/R_l].
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x‖₂ ≤ 1, equal widths, ε ≥ 0; no layer divides by 0.
Kind:        upper bound; the block of the hidden weights is attained where one layer dominates
Label:       theorem
Paper:       not in it.
Ours:        the statement.
Tags:        hessian, smoothness, depth, RMSNorm, LayerNorm

Proof. N(z) = z/√(‖z‖² + δ), R² = ‖z‖² + δ, s = ‖z‖/R. For unit h = aẑ + e, e ⟂ z:
R²D²N[h, h] = −2sae − ẑ(3s(1−s²)a² + s‖e‖²), whose squared norm with p = s², A = a² is
p + (8p − 6p²)A − (12p² − 9p³)A², at most 4/3 (at A = 1/(3p) where p ≥ 1/3, and 9p(1−p)² < 4/3 at A = 1 below).
So u̇ = DN ż has ‖u̇‖ ≤ ‖Hż‖/R, and ü = D²N[ż, ż] + DN z̈ has ‖ü‖ ≤ (2/√3)(‖Hż‖/R)² + ‖Hz̈‖/R. With
ż = Wα̇ + Uα, z̈ = Wα̈ + 2Uα̇ and ‖(m^{-1/2}φ(√m u))¨‖ ≤ ‖ü‖ + √m β‖u̇‖²,
‖α̇^l‖ ≤ χ_l‖α̇^{l−1}‖ + p_l‖U^l‖ and ‖α̈^l‖ ≤ χ_l‖α̈^{l−1}‖ + (2/√3 + √mβ)(χ_l‖α̇^{l−1}‖ + p_l‖U^l‖)² +
2‖U^l‖‖α̇^{l−1}‖/R_l. Unrolled, ‖α̇^l‖ ≤ ⟨y_l, (‖U^k‖)⟩ and f̈ = 2⟨v̇, α̇^L⟩ + ⟨v, α̈^L⟩ ≤ 2b‖v̇‖‖U‖ + C‖U‖². ∎
"""

from wnverify import Claim, Theorem, increasing
from wnverify.bounds.chain_proofs import by_chain
from wnverify.bounds.pre_activations import pair
from wnverify.families.normalizations.rms_norm import RMS_NORM

hessian, V, bend, reach, R = RMS_NORM.symbols("hessian_norm norm_v bend reach R")
hidden, cross = RMS_NORM.symbols("hessian_norm_W hessian_norm_W_v")
bound = pair(V * bend, reach)

theorem = Theorem(
    claim=Claim(hessian, "<=", bound),
    family=RMS_NORM,
    about_bound=[increasing(V), increasing(bend), increasing(reach)],
    mutants={
        "without b": V * bend,
        "b alone": reach,
        "without V": pair(bend, reach),
        "1/R for 1/R²": pair(V * bend * R, reach),
    },
    steps=by_chain(hessian, (hidden, cross), (V * bend, reach)),
)
