"""BatchNorm in every layer: the Lipschitz constant in the batch is the product of the stretches.

Statement:   ‖∂⟨y, F⟩/∂X‖_F ≤ V Π_l χ_l/√n with χ_l = ‖diag(1/σ_k^l) W^l‖₂/√m and ‖y‖₂ = 1.
Hypotheses:  |φ′| ≤ 1, ε ≥ 0, full batch; no unit divides by 0.
Kind:        upper bound; attained by one layer
Label:       theorem
Paper:       not in it.
Ours:        the statement.
Tags:        input, depth, BatchNorm

Proof. Over the batch, column k of ẑ is √n N(z_k − mean), N(z) = z/√(‖z‖² + nε), whose derivative has a norm of
at most 1/(√n σ_k); centring is a contraction, and so is α = m^{-1/2}φ(ẑ) but for the factor m^{-1/2}. So ‖α̇^l‖_F is
at most ‖diag(1/σ_k) W^l‖₂ m^{-1/2} times ‖α̇^{l−1}‖_F, and ‖Ḟ‖ ≤ V‖α̇^L‖_F/√n. ∎
"""

from sympy import sqrt

from wnverify import Claim, Theorem
from wnverify.families.normalizations.batch_norm_layers import BATCH_NORM

steep, V, product, n = BATCH_NORM.symbols("input_gradient_norm norm_v slope_product n")
bound = V * product / sqrt(n)

theorem = Theorem(
    claim=Claim(steep, "<=", bound),
    family=BATCH_NORM,
    mutants={"V alone": V, "without V": product / sqrt(n), "a tenth less": bound * 9 / 10, "1/n": bound / sqrt(n)},
)
