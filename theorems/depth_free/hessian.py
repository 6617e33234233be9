"""Hessian of the predictor: depth enters through the activations' curvature alone, as β·L/m^{3/2}.

Statement:   ‖∇²_θ f(θ;x)‖₂ ≤ max(λ₂, min(λ₁, 2h)), where λ₁ = (2/3)(T + √(T² + 3(b² + h²))),
             λ₂ = (h + T + √((h+T)² + 4b²))/2, S = 2 − 1/m (1 for L = 1), h = (1+ρ₁)/(√m ω²), b = √S/(√m ω),
             T = (1+ρ₁)/(mω²)·{K_L + β·A_L}, K_L = (L/(L−2))^{(L−2)/2} < e (K_1 = 0, K_2 = 1) and
             A_L = min(1 + (S(L−1) + √(S(L−1)))/√m, (1 − m^{-1/2}) + λ_L m^{-1/2}), λ_L = 1/(4 sin²(π/(4L+2))).
             With T = b = 0 it is (2/√3)h, the curvature of the normalisation alone.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x‖₂ ≤ 1 (√d under fan_in), ‖v‖₂ ≤ 1 + ρ₁, equal hidden widths,
             no zero row.
Kind:        upper bound; attained for every L in the limits (1+ρ₁)/ω → 0 and, at L = 1 and β = 0, ∞
Label:       theorem
Paper:       banerjee2024, rates (abstract): ‖∇²_θ f‖₂ is of order L³ in the depth and falls with the width and with
             the least row norm.
Relation:    stronger: for φ(0) = 0 it is of order 1 + βL/m, over √m.
Ours:        the statement; for K_L there stood min(L−1, 2√(1+√(2S)+S)), of another proof, which is larger.
References:  for the setting see banerjee2024, whose bound grows as L³.
Tags:        hessian, smoothness, depth, width, depth-free

Proof. Along θ + s(U, q) write u_i = a_i w̄_i + e_i, e_i ⟂ w_i, η² = Σ‖e_i‖²/(mω²), δ_i = e_i/(√m‖w_i‖).
    Bilinear: f̈ holds 2⟨q, α̇^L⟩, and ⟨q, α̇^L⟩ ≤ √S‖q‖η is `hidden_gradient` with q for v.
In the same way ‖α̇^l‖, ‖ż^l‖ ≤ √(S·E_l), E_l the share of η² in the first l layers.
    Own: D²N(w)[u,u] = −(2a e + ‖e‖² w̄)/‖w‖², so a row adds at most h(2|a_i|‖e_i‖s_i + ‖e_i‖²|cos θ_i|).
    Cross: 2⟨v, A_2^L⟩, with A_0^l = α^l and A_k^l = D(MA_k^{l−1} + δA_{k−1}^{l−1}) for k ≥ 1, where M = W̄/√m,
D = diag φ′(z^l), so that A_1 = α̇. As |φ(z)| ≤ |z| and |φ′| ≤ 1, N_l = Σ_k r^{2k}‖A_k^l‖² is at most
Σ_k r^{2k}‖MA_k^{l−1} + δA_{k−1}^{l−1}‖², the mean over |s| = r of ‖(M + sδ)Σ_k s^kA_k^{l−1}‖². As δ_i ⟂ w_i,
‖M + sδ‖_F² = 1 + r²η_l² for complex s too, η_l the share of layer l in η. So r⁴‖A_2^L‖² ≤ N_L ≤ Π(1 + r²η_l²) ≤
(1 + r²η²/L)^L, and r²η² = 2L/(L−2) gives 2‖A_2^L‖ ≤ K_Lη² (r → ∞ if L = 2; A_2 = 0 if L = 1).
    Activations: β Σ_l ‖b^l‖‖(ż_i²)‖₂ with ż² = p² + r(ż + p) and ‖r‖_∞ ≤ ‖α̇^{l−1}‖/√m is at most
β(1+ρ₁)η²(1 + (S(L−1) + √(S(L−1)))/√m); the other bound on it is that of `banerjee2024/predictor_hessian`.
    Only the own term knows a. So ‖∇²f‖ ≤ λ if 2b‖q‖‖e‖ + Σ h(2|a_i|‖e_i‖s_i + ‖e_i‖²c_i) + T‖e‖² ≤
λ(‖q‖² + ‖a‖² + ‖e‖²), that is if b²/λ + max_c{h²(1−c²)/λ + hc} + T ≤ λ; see `hessian_from` for its root. ∎
"""

from sympy import E, Integer, Symbol, oo, sqrt

from wnverify import Claim, Theorem, below, bounded_in, decreasing, free_of, increasing, limit, order
from wnverify.bounds import banerjee2024
from wnverify.bounds.depth_free import (
    CENTRED,
    K_L,
    OLDER_CROSS,
    cross_term,
    hessian,
    hessian_from,
    own_term,
    tangential_term,
)
from wnverify.bounds.proofs import depth_free_hessian
from wnverify.families.networks.weight_norm import (
    DEEP_NETWORKS,
    STANDARD,
    L,
    beta,
    c0,
    d,
    hessian_norm,
    m,
    omega,
    rho,
)

h, T, b, bound = own_term(), tangential_term(), cross_term(), hessian()
paper_T = banerjee2024.hidden_term(own=Integer(0))
linear = (1 + L * beta) * (1 + rho) / (m * omega**2)
x, y, z, K = (Symbol(name, positive=True) for name in ("h", "T", "b", "K"))
root = hessian_from(x, y, z)

theorem = Theorem(
    claim=Claim(hessian_norm, "<=", bound, given={**STANDARD, **CENTRED}),
    family=DEEP_NETWORKS,
    about_bound=[
        *(increasing(part, of=root) for part in (x, y, z)),
        below(banerjee2024.hessian_from(2 * x / sqrt(3) + y, z), of=root),
        increasing(K, of=tangential_term(cross=K)),
        *(below(larger, of=K_L) for larger in (OLDER_CROSS, L - 1, E)),
        limit(L, oo, E, of=K_L),
        below(paper_T, of=T, given={c0: 0}),
        below(banerjee2024.cross_term(), of=b, given={c0: 0}),
        order(x + y + z, of=root),
        order(linear, of=tangential_term(cross=E)),
        order(banerjee2024.hessian_rate(), of=h + linear + sqrt(2) / (sqrt(m) * omega)),
        bounded_in(L, of=T, given={beta: 0}),
        *(free_of(L, of=part, given={L: L + 1}) for part in (h, b)),
        limit(m, oo, 0, of=sqrt(m) * T, given={beta: 0}),
        decreasing(omega),
        *(decreasing(m, of=part, given={beta: 0}) for part in (h, T, b)),
        increasing(rho),
        increasing(L),
        free_of(d),
    ],
    mutants={
        "without b": hessian_from(h, T, Integer(0)),
        "1 for 2/sqrt(3)": banerjee2024.hessian_from(h + T, b),
        "without the term of beta": hessian_from(h, tangential_term(Integer(0)), b),
        "1/m for 1/sqrt(m) in b": hessian_from(h, T, cross_term(m)),
        "1 for 2 - 1/m in b": hessian_from(h, T, 1 / (sqrt(m) * omega)),
        "without the factor (1+rho)": hessian_from(own_term(Integer(1)), tangential_term(radius=Integer(1)), b),
    },
    steps=depth_free_hessian(),
    unrefutable={"phi(0) = 0 dropped": "false only where m·L is large; see controls/depth_free_hessian_offset"},
)
