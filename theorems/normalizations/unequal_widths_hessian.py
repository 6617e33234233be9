"""Unit rows, or W/‖W‖_F, with layers of unequal widths: the Hessian.

Statement:   ‖∇²_θ f‖₂ ≤ max(λ₂, min(λ₁, 2h)) of `depth_free/hessian` with V = ‖v‖, μ = min m_l ω_l², or min ‖W^l‖_F²,
             h = V max 1/(√m_l ω_l²), or V/μ, b = √(2/μ) and T = (V/μ)(K_L + β(2L − 1)); here L = 3, K_3 = √3.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x‖₂ ≤ 1, no zero row, or no zero matrix; any widths.
Kind:        upper bound; attained where V/ω → 0 for W/‖W‖_F
Label:       theorem
Paper:       not in it.
Ours:        the statement; depth_free/hessian and frobenius_hessian are those of equal widths.
Tags:        hessian, smoothness, depth, depth-free, widths, rows, frobenius

Proof. Layer l acts through M^l with ‖M^l‖_F = 1; a direction moves it by δ^l ⟂ M^l at first order, row by row for
unit rows, and η² = Σ‖δ^l‖_F² is at most ‖e‖²/μ, where e is the part of the direction across rows, or matrices.
    Bilinear: 2⟨v̇, α̇^L⟩ ≤ 2√2‖v̇‖η by `unequal_widths_frobenius_gradient`, with v̇ for v, or for rows by
`unequal_widths_rows_gradient`.
    Own: D²(w/‖w‖)[u, u] = −(2ae + ‖e‖²w̄)/‖w‖² of a row, over √m_l, adds h(2|a|‖e‖s + ‖e‖²|cos|) at most.
W/‖W‖_F does the same with matrices for rows.
    Cross: `frobenius_hessian` uses ‖M + sδ‖_F² = 1 + |s|²‖δ‖_F² for complex s and nothing else of M: K_L V η².
    Activations: βVΣ‖ż^l‖², and ‖ż^l‖² ≤ min(l, 2)η² as in the bilinear term, with the sum (2L − 1)η².
    Only the own term knows a; the largest λ that is left is `hessian_from`'s. ∎
"""

from sympy import Integer, sqrt

from wnverify import Claim, Theorem, decreasing, increasing
from wnverify.bounds.depth_free import cross_constant, hessian_from
from wnverify.bounds.pre_activations import pair
from wnverify.families.normalizations.unequal_widths import UNEQUAL_WIDTHS

hessian, V, scale, own, beta = UNEQUAL_WIDTHS.symbols("hessian_norm norm_v least_scale own beta")
h, b, T = V * own, sqrt(2) / scale, V / scale**2 * (cross_constant(3) + 5 * beta)
bound = hessian_from(h, T, b)

theorem = Theorem(
    claim=Claim(hessian, "<=", bound),
    family=UNEQUAL_WIDTHS,
    settings={"normalization": ("rows", "frobenius")},
    about_bound=[decreasing(scale), increasing(own), increasing(V)],
    mutants={
        "without b": hessian_from(h, T, Integer(0)),
        "1 for 2 in b": hessian_from(h, T, 1 / scale),
        "without V": hessian_from(own, T / V, b),
        "h alone": hessian_from(h, Integer(0), Integer(0)),
        "the output layer alone": pair(Integer(0), b),
    },
)
