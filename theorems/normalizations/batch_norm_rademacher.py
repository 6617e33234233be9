"""BatchNorm after one layer: Rademacher complexity by the rank of the batch, which is no decay at full rank.

Statement:   the empirical Rademacher complexity of {f(θ; ·): ‖v‖₂ ≤ V} on x_1, …, x_n, with the statistics of these
             n, is at most V√(r/n), r = min(m, n − 1) ≥ the rank of the centred batch. Measured from below: the mean
             over all sign vectors of the best (1/n) Σ ε_i f(θ; x_i) that the search reaches.
Hypotheses:  L = 1, φ odd, |φ′| ≤ 1, ε = 0, m = d.
Kind:        upper bound; the identity reaches .905 of it for n = 4 and r = 2, and .979 for n = 6 and r = 5
Label:       theorem
Paper:       not in it.
Ours:        the statement, from batch_norm_rademacher_projection.
Tags:        generalization, rademacher, BatchNorm, one layer

Proof. E‖Pε‖ ≤ √(E‖Pε‖²) = √(tr P) = √r in batch_norm_rademacher_projection. ∎
"""

from sympy import Min, oo, sqrt

from wnverify import Claim, Theorem, increasing, limit
from wnverify.families.normalizations.signed_data import SIGNED_BATCH_NORM

rademacher, V, m, n, L = SIGNED_BATCH_NORM.symbols("rademacher norm_V m n L")
bound = V * sqrt(Min(m, n - 1) / n)

theorem = Theorem(
    claim=Claim(rademacher, "<=", bound, given={"one layer": (L, "<=", 1)}),
    family=SIGNED_BATCH_NORM,
    about_bound=[increasing(V), limit(n, oo, V * sqrt(m), of=bound * sqrt(n))],
    mutants={
        "V/√n, as for weight normalization": V / sqrt(n),
        "without V": bound / V,
        "one dimension less": V * sqrt(Min(m, n - 1) - 1) / sqrt(n),
        "r/n for its root": bound**2 / V,
        "0.85 of it": bound * 85 / 100,
    },
)
