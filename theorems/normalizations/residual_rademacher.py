"""Residual WeightNorm: Rademacher complexity (1 + c)^L times that of the inputs, at most e times it for c ≤ 1/L.

Statement:   the empirical Rademacher complexity of {f(θ; ·): ‖v‖₂ ≤ V} on x_1, …, x_n, α^l = α^{l−1} + cφ(W̄^l
             α^{l−1}/√m), is at most V(1 + c)^L √(Σ‖x_i‖²)/n. Measured from below: the mean over all sign vectors of
             the best (1/n) Σ ε_i f(θ; x_i) that the search reaches.
Hypotheses:  φ odd, |φ′| ≤ 1, no zero row, c > 0 the same for the whole class.
Kind:        upper bound, attained for every L and c
Label:       theorem
Paper:       not in it.
Ours:        the statement.
Tags:        generalization, rademacher, depth, width, residual

Proof. Let R_l be the complexity of {⟨v, α^l⟩: ‖v‖ ≤ 1}. ⟨v, α^l⟩ = ⟨v, α^{l−1}⟩ + cΣ(v_k/√m)ψ(⟨w̄_k, α^{l−1}⟩),
where ψ(s) = √m φ(s/√m) is odd and 1-Lipschitz and Σ|v_k|/√m ≤ 1. A supremum of sums is at most the sum of the
suprema, and the second has c·R_{l−1} by contraction, as in depth_free/rademacher_odd: R_l ≤ (1 + c)R_{l−1}, and R_0
= E‖Σ ε_ix_i‖/n. ∎
Attained by the identity, x_i = e_i for i ≤ n = m, and row k of the network of ε along ε_k ε.
"""

from sympy import E, sqrt

from wnverify import Claim, Theorem, below, free_of, increasing
from wnverify.families.normalizations.signed import SIGNED_RESIDUAL

rademacher, V, c, r, m, n, L = SIGNED_RESIDUAL.symbols("rademacher norm_V norm_c data_norm m n L")
bound = V * (1 + c) ** L * r

theorem = Theorem(
    claim=Claim(rademacher, "<=", bound),
    family=SIGNED_RESIDUAL,
    about_bound=[free_of(m), increasing(V), increasing(c), increasing(L), below(E * V * r, given={c: 1 / L})],
    mutants={
        "V, as without a residual": V * r,
        "one layer less": V * (1 + c) ** (L - 1) * r,
        "1 + cL": V * (1 + c * L) * r,
        "1/n for 1/√n": bound / sqrt(n),
        "0.95 of it": bound * 95 / 100,
    },
)
