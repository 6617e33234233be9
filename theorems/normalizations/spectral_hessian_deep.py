"""W/‖W‖₂: the Hessian of any depth, by running first and second derivatives through the layers.

Statement:   ‖∇²_θ f‖₂ ≤ (C + √(C² + 4b²))/2 with C = Vλ_max(Q), V = ‖v‖, b² = Σp_l², p_l = √(1 + s_l²)‖α^{l−1}‖/σ_l,
             y_l = y_{l−1} + p_l e_l, σ_l = ‖W^l‖₂, s_l = σ₂/σ₁ of W^l, ℓ_l = λ_max[[2s_l, 1], [1, 1/(1−s_l)]] and
             Q = Σ[β y_l y_lᵀ + √(1 + s_l²)/σ_l·(e_l y_{l−1}ᵀ + y_{l−1} e_lᵀ) + ‖α^{l−1}‖ℓ_l/σ_l²·e_l e_lᵀ].
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x‖₂ ≤ 1, no W^l vanishes, s_l ≤ 1 − 1/20 000.
Kind:        upper bound; attained where one layer dominates
Label:       theorem
Paper:       not in it.
Ours:        the statement; tried with layers of two to four units.
Tags:        hessian, smoothness, depth, spectral

Proof. With S = W/σ₁ it is ‖Ṡ a‖ ≤ √(1 + s²)‖U‖‖a‖/σ₁ and ‖S̈ a‖ ≤ ℓ‖U‖²‖a‖/σ₁² (`spectral_hidden_gradient`,
`spectral_hessian`), ‖S‖₂ = 1, ż = Sα̇ + Ṡα and z̈ = Sα̈ + 2Ṡα̇ + S̈α. So ‖α̇^l‖ ≤ ‖α̇^{l−1}‖ + p_l‖U^l‖ ≤ ⟨y_l, (‖U^k‖)⟩ and
‖α̈^l‖ ≤ ‖α̈^{l−1}‖ + β‖ż^l‖² + 2√(1 + s_l²)/σ_l·‖U^l‖‖α̇^{l−1}‖ + ‖α^{l−1}‖ℓ_l/σ_l²·‖U^l‖². Summed over l, and with
f̈ = 2⟨v̇, α̇^L⟩ + ⟨v, α̈^L⟩ ≤ 2b‖v̇‖‖U‖ + C‖U‖², it is what is stated. ∎
"""

from wnverify import Claim, Theorem, increasing
from wnverify.bounds.chain_proofs import by_chain
from wnverify.bounds.pre_activations import pair
from wnverify.families.normalizations.spectral import SPECTRAL

hessian, V, bend, reach, t = SPECTRAL.symbols("hessian_norm norm_v bend reach closeness")
hidden, cross = SPECTRAL.symbols("hessian_norm_W hessian_norm_W_v")
bound = pair(V * bend, reach)
gap = {"a gap": (t, "<=", 20_000)}

theorem = Theorem(
    claim=Claim(hessian, "<=", bound, given=gap),
    family=SPECTRAL,
    about_bound=[increasing(V), increasing(bend), increasing(reach)],
    mutants={
        "without b": V * bend,
        "b alone": reach,
        "without V": pair(bend, reach),
        "the gap counted once, of all layers": pair(V * bend / t, reach),
    },
    steps=by_chain(hessian, (hidden, cross), (V * bend, reach)),
)
