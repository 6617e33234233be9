"""Residual WeightNorm: the Hessian in the rows, by running first and second derivatives through the layers.

Statement:   ‖∂²f/∂W²‖₂ ≤ Vλ_max(Q), V = ‖v‖, a = ‖α^{l−1}‖, π_l = a/(√m ω_l), p_l = cπ_l, ω_l the least row norm,
             y_l = (1 + c)y_{l−1} + p_l e_l, z_l = y_{l−1} + π_l e_l, o_l = (2/√3)ca/(√m ω_l²) and
             Q = Σ(1 + c)^{L−l}[cβ z_l z_lᵀ + c/(√m ω_l)·(e_l y_{l−1}ᵀ + y_{l−1} e_lᵀ) + o_l e_l e_lᵀ].
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x‖₂ ≤ 1, equal widths, no zero row, c > 0.
Kind:        upper bound, tight where one layer dominates
Label:       theorem
Paper:       not in it.
Ours:        the statement.
Tags:        hessian, smoothness, depth, residual

Proof. z^l = W̄α^{l−1}/√m has ‖ż^l‖ ≤ ‖α̇^{l−1}‖ + π_l‖U^l‖ and z̈^l = m^{-1/2}(W̄α̈ + 2W̄˙α̇ + W̄¨α), where the last terms
are at most 2‖U^l‖‖α̇^{l−1}‖/(√m ω_l) and (2/√3)a‖U^l‖²/(√m ω_l²) in norm, (2/√3)/‖w‖² being the curvature of w/‖w‖.
α^l = α^{l−1} + cφ(z^l) adds c times β‖ż^l‖² + ‖z̈^l‖ to ‖α̈^{l−1}‖. So ‖α̇^l‖ ≤ ⟨y_l, (‖U^k‖)⟩, and ⟨v, α̈^L⟩ unrolled is
at most VΣQ_{jk}‖U^j‖‖U^k‖. ∎
"""

from wnverify import Claim, Theorem, increasing
from wnverify.families.normalizations.residual import RESIDUAL_STACK

hessian, V, bend, c = RESIDUAL_STACK.symbols("hessian_norm_W norm_v bend norm_c")
bound = V * bend

theorem = Theorem(
    claim=Claim(hessian, "<=", bound),
    family=RESIDUAL_STACK,
    about_bound=[increasing(V), increasing(bend)],
    mutants={
        "without V": bend,
        "0.95 of it": bound * 95 / 100,
        "without the factor of the last layer": bound / (1 + c),
    },
)
