"""BatchNorm after one layer: the gradient of the prediction for one sample alone.

Statement:   ‖∂f_i/∂W‖_F ≤ √(n − 1) V s/(√m σ), s² the largest eigenvalue of the batch covariance, σ = min_k σ_k: that
             is √n √(1 − 1/n) times the bound of `batch_norm_one_layer_gradient` for F = (f_1, …, f_n)/√n.
Hypotheses:  L = 1, |φ′| ≤ 1, ε ≥ 0, full batch, σ > 0.
Kind:        upper bound; attained: identity, one outlier and all rows across it
Label:       theorem
Paper:       not in it.
Ours:        the statement.
Tags:        gradient, BatchNorm, one layer

Proof. ∂f_i/∂w_k = v_k m^{-1/2}φ′(ẑ_ik) X̃ᵀ(I − u_ku_kᵀ)e_i/σ_k, u_k = ẑ_k/√n, ‖u_k‖ ≤ 1. As X̃ᵀ and u_k are across 1,
e_i may be replaced by e_i − 1/n, of norm √(1 − 1/n), and ‖X̃‖₂ = √n s. Sum the squares over k. ∎
"""

from sympy import sqrt

from wnverify import Claim, Theorem, decreasing, increasing
from wnverify.families.normalizations.batch_norm_samples import BATCH_NORM_SAMPLE

gradient, V, s, sigma, m, n = BATCH_NORM_SAMPLE.symbols("gradient_norm_W norm_v spread sigma m n")
one = V * s / (sqrt(m) * sigma)
bound = sqrt(n - 1) * one

theorem = Theorem(
    claim=Claim(gradient, "<=", bound),
    family=BATCH_NORM_SAMPLE,
    about_bound=[decreasing(sigma), decreasing(m), increasing(V), increasing(s), increasing(n)],
    mutants={
        "the bound of the batch": one,
        "its root n times less": bound / sqrt(n),
        "1/m for 1/√m": bound / sqrt(m),
        "without V": bound / V,
    },
)
