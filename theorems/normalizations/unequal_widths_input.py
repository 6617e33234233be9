"""Layers of unequal widths: rows, W/‖W‖_F and RMSNorm stretch the input as they do at equal ones.

Statement:   ‖∂f/∂x‖₂ ≤ V Πχ_l, V = ‖v‖, where χ_l is 1 for unit rows and W/‖W‖_F and ‖W^l‖₂/R_l for RMSNorm; for the
             former f vanishes at x = 0, and |f(θ;x)| ≤ V‖x‖.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, widths m_1, m_2, m_3 and d of any size, no layer divides by 0, and Πχ_l ≥ 1e-6.
Kind:        upper bound, tight
Label:       theorem
Paper:       not in it.
Ours:        the statement.
Tags:        input, depth, widths, rows, frobenius, RMSNorm

Proof. W̄^l/√m_l has m_l rows of norm m_l^{-1/2}: a Frobenius norm of 1, as W/‖W‖_F has. For RMSNorm DN(z) has a norm
of at most 1/R_l, and m_l^{-1/2}φ(√m_l ·) a slope of at most 1. So layer l stretches by at most χ_l, whatever the
widths. ∎
"""

from wnverify import Claim, Theorem, increasing
from wnverify.families.normalizations.unequal_widths import UNEQUAL_WIDTHS

steep, V, product, m3 = UNEQUAL_WIDTHS.symbols("input_gradient_norm norm_v slope_product m3")
bound = V * product

theorem = Theorem(
    claim=Claim(steep, "<=", bound, given={"layers that pass something on": (product, ">=", 1e-6)}),
    family=UNEQUAL_WIDTHS,
    about_bound=[increasing(V), increasing(product)],
    mutants={"V alone": V, "without V": product, "a tenth less": bound * 9 / 10, "1/m for the last 1": bound / m3},
)
