"""Control: the Rademacher complexity of BatchNorm after one layer is not that of weight normalization.

Statement:   the empirical Rademacher complexity of {f(θ; ·): ‖v‖₂ ≤ V} on x_1, …, x_n is at most V/√n, with the
             statistics of these n. Measured from below: the mean over all sign vectors of the best (1/n) Σ ε_i f(θ;
             x_i) that the search reaches.
Hypotheses:  L = 1, φ odd, |φ′| ≤ 1, ε = 0.
Kind:        control, false on purpose: it is V·E‖Pε‖/√n for the identity; 2.19 times V/√n at n = 6 and rank 5
Label:       control
Paper:       not in it.
Ours:        a wrong version of normalizations/batch_norm_rademacher.
Tags:        control, generalization, rademacher, BatchNorm, one layer
"""

from sympy import sqrt

from wnverify import Claim, Theorem, Verdict
from wnverify.families.normalizations.signed_data import FULL_RANK

rademacher, V, n, L = FULL_RANK.symbols("rademacher norm_V n L")

theorem = Theorem(
    claim=Claim(rademacher, "<=", V / sqrt(n), given={"one layer": (L, "<=", 1)}),
    family=FULL_RANK,
    expect=Verdict.REFUTED,
)
