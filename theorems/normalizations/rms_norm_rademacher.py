"""RMSNorm and LayerNorm with ε > 0 after one layer: Rademacher complexity of weights in a ball.

Statement:   the empirical Rademacher complexity of {f(W; ·): ‖W‖_F ≤ B} on x_1, …, x_n, v fixed and V = ‖v‖, is at
             most √2·VB√(Σ‖x_i‖²)/(√ε n) ≤ √2·VB max‖x_i‖/√(εn). Measured from below: the mean over all sign vectors
             of the best (1/n) Σ ε_i f(θ; x_i) that the search reaches.
Hypotheses:  L = 1, φ odd, |φ′| ≤ 1, ε > 0.
Kind:        upper bound; 1/√2 of it is reached at m = 1, B → 0
Label:       theorem
Paper:       not in it.
Ours:        the statement.
Tags:        generalization, rademacher, RMSNorm, LayerNorm, damped

Proof. z ↦ m^{-1/2}φ(√m N(z)), N(z) = Hz/√(‖Hz‖² + mε), is 1/√(mε)-Lipschitz, and f is V/√(mε)-Lipschitz in z = Wx.
Maurer's contraction for vectors (arXiv:1605.00251) gives √2·V/√(mε) times E sup_W Σ_ik ε_ik⟨w_k, x_i⟩/n, and this is
B·E(Σ_k‖Σ_i ε_ik x_i‖²)^{1/2}/n ≤ B√(mΣ‖x_i‖²)/n: the m cancel. ∎
W = B e₁aᵀ with a along Σ ε_i x_i, m = 1, B → 0 and orthonormal x_i: f = VB⟨a, x⟩/√ε in the limit.
"""

from sympy import sqrt

from wnverify import Claim, Theorem, decreasing, free_of, increasing
from wnverify.families.normalizations.signed_data import SIGNED_RMS_NORM

names = "rademacher norm_v norm_B epsilon data_norm n m"
rademacher, V, B, epsilon, r, n, m = SIGNED_RMS_NORM.symbols(names)
bound = sqrt(2) * V * B * r / sqrt(epsilon)

theorem = Theorem(
    claim=Claim(rademacher, "<=", bound),
    family=SIGNED_RMS_NORM,
    about_bound=[free_of(m), increasing(V), increasing(B), increasing(r), decreasing(epsilon)],
    mutants={
        "V/√n, as for weight normalization": V * r,
        "0.7 of it": bound * 7 / 10,
        "without V": bound / V,
        "without ε": bound * sqrt(epsilon),
        "ε for its root": bound / sqrt(epsilon),
        "1/n for 1/√n": bound / sqrt(n),
    },
)
