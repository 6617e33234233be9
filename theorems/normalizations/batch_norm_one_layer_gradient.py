"""BatchNorm after one layer: the gradients of a whole batch by its weights.

Statement:   ‖∂F/∂W‖₂ ≤ V s/(√m σ) for F = (f_1, …, f_n)/√n, s² the largest eigenvalue of the batch covariance and
             σ = min_k σ_k, σ_k² = var_i⟨w_k, x_i⟩ + ε.
Hypotheses:  L = 1, |φ′| ≤ 1, ε ≥ 0, full batch, σ > 0.
Kind:        upper bound; attained: identity, all rows along an eigenvector of the covariance but the first
Label:       theorem
Paper:       not in it.
Ours:        the statement: that of WeightNorm on whitened data. One sample alone can have √n times that, nearly.
Tags:        gradient, BatchNorm, one layer

Proof. Block k of the Jacobian is v_k m^{-1/2} diag(φ′)(I − u_ku_kᵀ)X̃/(σ_k √n), u_k = ẑ_k/√n (a contraction instead of
I − u_ku_kᵀ for ε > 0), and the centred batch has ‖X̃‖₂ = √n s. ∎
"""

from sympy import sqrt

from wnverify import Claim, Theorem, decreasing, increasing
from wnverify.families.normalizations.batch_norm_layers import BATCH_NORM

gradient, V, s, sigma, m, n, L, rows = BATCH_NORM.symbols("gradient_norm_W norm_v spread sigma m n L least_row_W")
given = {"one layer": (L, "<=", 1)}
bound = V * s / (sqrt(m) * sigma)

theorem = Theorem(
    claim=Claim(gradient, "<=", bound, given=given),
    family=BATCH_NORM,
    about_bound=[decreasing(sigma), decreasing(m), increasing(V), increasing(s)],
    mutants={
        "norms of rows for σ": V * s / (sqrt(m) * rows),
        "the batch bound for one sample": Claim(sqrt(n) * gradient, "<=", bound, given=given),
        "1/m for 1/√m": bound / sqrt(m),
        "without the covariance": bound / s,
        "without V": s / (sqrt(m) * sigma),
    },
)
