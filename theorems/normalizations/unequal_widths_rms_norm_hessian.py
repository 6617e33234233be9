"""RMSNorm with layers of unequal widths: the Hessian.

Statement:   ‖∇²_θ f‖₂ ≤ (C + √(C² + 4b²))/2, C = Vλ_max(Q), V = ‖v‖, Q and b of `chain` with χ_l = ‖W^l‖₂/R_l,
             p_l = ‖α^{l−1}‖/R_l, k_l = 2/√3 + √m_l β and c_l = 1/R_l; here L = 3.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x‖₂ ≤ 1, ε ≥ 0, and no layer divides by 0.
Kind:        upper bound; attained by the identity where one layer dominates
Label:       theorem
Paper:       not in it.
Ours:        the statement; `rms_norm_hessian` is that of equal widths.
Tags:        hessian, smoothness, depth, widths, RMSNorm

Proof. z̈ = Wα̈ + 2Uα̇, ü = D²N[ż, ż] + DN z̈ with ‖D²N[ż, ż]‖ ≤ (2/√3)‖ż‖²/R_l² and ‖DN‖ ≤ 1/R_l, and
ψ = m_l^{-1/2}φ(√m_l ·) has ‖ψ″(u)u̇²‖₂ ≤ √m_l β‖u̇‖²: each layer knows its own width alone. With
‖ż‖/R_l ≤ χ_l‖α̇^{l−1}‖ + p_l‖U^l‖ this is the recursion of `chain`, unrolled there. ∎
"""

from wnverify import Claim, Theorem, increasing
from wnverify.bounds.pre_activations import pair
from wnverify.families.normalizations.unequal_widths import NORMED_STATES, UNEQUAL_WIDTHS

hessian, V, bend, reach, R = UNEQUAL_WIDTHS.symbols("hessian_norm norm_v bend reach least_scale")
bound = pair(V * bend, reach)

theorem = Theorem(
    claim=Claim(hessian, "<=", bound),
    family=UNEQUAL_WIDTHS,
    settings={"normalization": tuple(NORMED_STATES)},
    about_bound=[increasing(V), increasing(bend), increasing(reach)],
    mutants={
        "without b": V * bend,
        "b alone": reach,
        "without V": pair(bend, reach),
        "1/R for 1/R²": pair(V * bend * R, reach),
    },
)
