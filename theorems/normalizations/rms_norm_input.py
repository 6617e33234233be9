"""RMSNorm and LayerNorm: the Lipschitz constant in the input is the product of the stretches.

Statement:   ‖∂f/∂x‖₂ ≤ V Π_l χ_l with χ_l = ‖HW^l‖₂/R_l and V = ‖v‖₂.
Hypotheses:  |φ′| ≤ 1, ε ≥ 0; no layer divides by 0, and Πχ_l ≥ 1e-6 (where HW^l vanishes but for rounding, floats
             compare noise with noise).
Kind:        upper bound; attained for every L: identity, ε = 0, W^l = R diag(χ, 1), x = e₂, v = V e₁
Label:       theorem
Paper:       not in it.
Ours:        the statement; weight normalization has V alone. At ε = 0 every χ_l is at least 1 where ‖x‖ ≤ 1.
Tags:        input, depth, RMSNorm, LayerNorm

Proof. DN(z) has a norm of at most 1/R, and m^{-1/2}φ(√m ·) a slope of at most 1: layer l stretches by at most χ_l. ∎
"""

from wnverify import Claim, Theorem
from wnverify.families.normalizations.rms_norm import RMS_NORM

steep, V, product = RMS_NORM.symbols("input_gradient_norm norm_v slope_product")

theorem = Theorem(
    claim=Claim(steep, "<=", V * product, given={"layers that pass something on": (product, ">=", 1e-6)}),
    family=RMS_NORM,
    mutants={"V alone": V, "without V": product, "a tenth less": V * product * 9 / 10},
)
