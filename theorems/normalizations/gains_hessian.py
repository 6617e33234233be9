"""WeightNorm with gains: the Hessian in rows, gains and output layer together, of any depth.

Statement:   ‖∇²_θ f‖₂ ≤ (C + √(C² + 4b²))/2 with C = Vλ_max(Q), V = ‖v‖, b² = Σ(p_l T_l)², T_l = Π_{j>l} γ_j,
             γ_l = max_i |g^l_i|, a = ‖α^{l−1}‖/√m, ω_l the least row norm, r_l = max(1, γ_l/ω_l), p_l = ar_l,
             y_l = γ_l y_{l−1} + p_l e_l, B = 1/ω_l, J = γ_l/ω_l², o_l = 2a(B² + J²)/√(4B² + 3J²) and
             Q = ΣT_l[β y_l y_lᵀ + r_l/√m·(e_l y_{l−1}ᵀ + y_{l−1} e_lᵀ) + o_l e_l e_lᵀ].
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x‖₂ ≤ 1, equal widths, no zero row, no biases.
Kind:        upper bound; attained where one layer dominates
Label:       theorem
Paper:       not in it.
Ours:        the statement.
Tags:        hessian, smoothness, depth, gains

Proof. Let w̄ = w/‖w‖, u = pw̄ + e with e ⟂ w, and h the step in g. (gw̄)˙ = hw̄ + ge/‖w‖ has a norm of at most
r‖(h, u)‖, and ⟨(gw̄)¨, α⟩ = ‖α‖(2hs⟨·⟩‖e‖/‖w‖ − g(2ps⟨·⟩‖e‖ + ‖e‖²c)/‖w‖²), |⟨·⟩| ≤ 1, s and c sine and cosine of α
and w; as in `depth_free/one_layer_hessian` its maximum over unit (h, p, e) and all angles is
‖α‖·2(B² + J²)/√(4B² + 3J²) at most. So ‖α̇^l‖ ≤ γ_l‖α̇^{l−1}‖ + p_l‖U^l‖ ≤ ⟨y_l, (‖U^k‖)⟩ and
‖α̈^l‖ ≤ γ_l‖α̈^{l−1}‖ + β‖ż^l‖² + 2r_l/√m·‖U^l‖‖α̇^{l−1}‖ + o_l‖U^l‖², U^l the steps in rows and gains of a layer;
f̈ = 2⟨v̇, α̇^L⟩ + ⟨v, α̈^L⟩ ≤ 2b‖v̇‖‖U‖ + C‖U‖². ∎
"""

from wnverify import Claim, Theorem, increasing
from wnverify.bounds.chain_proofs import by_chain
from wnverify.bounds.pre_activations import pair
from wnverify.families.normalizations.gains import GAINS

hessian, V, bend, reach, P = GAINS.symbols("hessian_norm norm_v bend chain_reach gain_product")
hidden, cross = GAINS.symbols("layers_hessian_norm layers_output_hessian_norm")

theorem = Theorem(
    claim=Claim(hessian, "<=", pair(V * bend, reach)),
    family=GAINS,
    about_bound=[increasing(V), increasing(bend), increasing(reach)],
    mutants={
        "without b": V * bend,
        "b alone": reach,
        "without V": pair(bend, reach),
        "0.98 of it": pair(V * bend, reach) * 49 / 50,
    },
    steps=by_chain(hessian, (hidden, cross), (V * bend, reach)),
)
