"""BatchNorm after one layer: Rademacher complexity by the projection of signs on the batch, exact for the identity.

Statement:   the empirical Rademacher complexity of {f(θ; ·): ‖v‖₂ ≤ V} on x_1, …, x_n, with the statistics of these
             n, is at most V·E‖Pε‖₂/√n, P the projection on the span of the columns of the centred batch. Measured
             from below: the mean over all sign vectors of the best (1/n) Σ ε_i f(θ; x_i) that the search reaches.
Hypotheses:  L = 1, φ odd, |φ′| ≤ 1, ε = 0, m = d.
Kind:        upper bound, attained by the identity on every batch
Label:       theorem
Paper:       not in it.
Ours:        the statement.
Tags:        generalization, rademacher, BatchNorm, one layer

Proof. With Σ the covariance of the batch, ξ_i = Σ^{-1/2}(x_i − x̄) and y_k = Σ^{1/2}w_k, ẑ_ik = ⟨ξ_i, y_k/‖y_k‖⟩:
this is weight normalization on the ξ_i, of complexity at most V·E‖Σ ε_iξ_i‖/n (depth_free/rademacher_odd). The ξ_i
are the rows of √n times an orthonormal basis of the span, so that ‖Σ ε_iξ_i‖ = √n‖Pε‖. ∎
For the identity rows with y_k along Σ ε_iξ_i, and v along (1, …, 1), reach it.
"""

from sympy import sqrt

from wnverify import Claim, Theorem, increasing
from wnverify.families.normalizations.signed_data import SIGNED_BATCH_NORM

rademacher, V, projected, n, L = SIGNED_BATCH_NORM.symbols("rademacher norm_V projected n L")
bound = V * projected

theorem = Theorem(
    claim=Claim(rademacher, "<=", bound, given={"one layer": (L, "<=", 1)}),
    family=SIGNED_BATCH_NORM,
    about_bound=[increasing(V), increasing(projected)],
    mutants={
        "V/√n, as for weight normalization": V / sqrt(n),
        "without V": projected,
        "0.99 of it": bound * 99 / 100,
    },
)
