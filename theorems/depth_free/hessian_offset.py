"""Hessian of the predictor for φ(0) ≠ 0: the bound of `hessian` with the size of the activations beside them.

Statement:   ‖∇²_θ f(θ;x)‖₂ ≤ max(λ₂, min(λ₁, 2h)), λ₁ and λ₂ as in `hessian`, with a = 1 + (L−1)√m c0,
             h = (1+ρ₁)a/(√m ω²), b = √min(L, 2)·a/(√m ω), T = (1+ρ₁)/(mω²)·{a·K_L + β a² A_L}, K_L as there, and
             A_L = min(1 + (2(L−1) + √(2(L−1)))/√m, (1 − m^{-1/2}) + λ_L m^{-1/2}), λ_L = 1/(4 sin²(π/(4L+2))).
Hypotheses:  |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x‖₂ ≤ 1 (√d under fan_in), ‖v‖₂ ≤ 1 + ρ₁, equal hidden widths, no zero row.
Kind:        upper bound; attained as (1+ρ₁)/ω → 0 at L = 1, loose in depth for softplus
Label:       theorem
Paper:       not in it.
Ours:        the statement. Its largest power of L is βc0²L³/√m, where that of `banerjee2024/predictor_hessian` is
             βc0²L⁴/√m; `banerjee2024/predictor_hessian_rate_offset` draws the conclusion.
             For K_L there stood min(L−1, 2√5), of another proof, which is larger.
Tags:        hessian, smoothness, depth, width, depth-free

Proof. That of `hessian`, in its notation, with these changes. Activations are at most a wherever they reach a layer.
    Bilinear: ⟨q, α̇^L⟩ ≤ √S‖q‖aη with S = min(L, 2), by `hidden_gradient_offset`; so ‖α̇^l‖, ‖ż^l‖ ≤ a√(S·E_l).
    Own: a row adds at most h(2|a_i|‖e_i‖s_i + ‖e_i‖²|cos θ_i|), its h with the factor a.
    Cross: now (A_0^l, rA_1^l, …) is one such vector for φ − φ(0), plus (φ(0), …, φ(0)) in the first place, so that
√N_l ≤ √m c0 + √(1+r²η_l²)·√N_{l−1}. Hence √N_{L−1} ≤ (1 + (L−1)√m c0)Π_{l<L} √(1+r²η_l²), and the last layer, of
which only A_2^L is asked, adds its own factor: 2‖A_2^L‖ ≤ aK_Lη².
    Activations: Σ‖p^l‖² ≤ a²η² and ‖r^l‖_∞ ≤ ‖α̇^{l−1}‖/√m ≤ √S aη/√m give a²η² times the first entry of A_L. ∎
"""

from sympy import Integer, Symbol, sqrt

from wnverify import Claim, Theorem, below, decreasing, free_of, increasing
from wnverify.bounds import banerjee2024
from wnverify.bounds.depth_free import K_L, hessian_from
from wnverify.bounds.offset import OLDER_CROSS, cross_term, hessian, own_term, reach, tangential_term
from wnverify.families.networks.weight_norm import STANDARD, L, WeightNorm, beta, c0, d, hessian_norm, m, omega, rho

SHAPES = ((1, 2, 2), (2, 2, 2), (2, 8, 1), (1, 1, 1), (4, 6, 1), (3, 3, 2), (3, 12, 1), (6, 2, 2), (12, 2, 2))
h, T, b = own_term(), tangential_term(), cross_term()
K = Symbol("K", positive=True)

theorem = Theorem(
    claim=Claim(hessian_norm, "<=", hessian(), given=STANDARD),
    family=WeightNorm(shapes=SHAPES, cost=2.0),
    about_bound=[
        below(banerjee2024.cross_term(), of=b),
        below(banerjee2024.hidden_term(own=Integer(0)), of=T),
        increasing(K, of=tangential_term(cross=K)),
        below(OLDER_CROSS, of=K_L),
        decreasing(omega),
        increasing(rho),
        increasing(c0),
        increasing(beta),
        decreasing(m, given={c0: 0}),
        free_of(L, of=h, given={c0: 0}),
        free_of(d),
    ],
    mutants={
        "without the offset": hessian_from(h / reach(), tangential_term().subs(c0, 0), b / reach()),
        "without b": hessian_from(h, T, Integer(0)),
        "without the term of beta": hessian_from(h, tangential_term(Integer(0)), b),
        "1/m for 1/sqrt(m) in b": hessian_from(h, T, b / sqrt(m)),
        "without the factor (1+rho)": hessian_from(own_term(Integer(1)), tangential_term(radius=Integer(1)), b),
    },
)
