"""The clock by which the margins become uniform runs like log²t.

Statement:   Σ_t ηP² Pγ_t min_i|ℓ′_i| ≥ (1/20) log²(1 + 2ηP²T/e^{Pγ(0)}).
Hypotheses:  2.1, 3.1; |F_i − Pγ| ≤ 1/4 along the run, Pγ(0) ≥ 1/2, ηP² ≤ 1, margins of positive mean.
Kind:        lower bound
Label:       lemma
Paper:       Lemma 4.6 (read): its fourth conclusion has log²((8/9)η(t − t₀) + 1) from the same sum.
Relation:    step of its proof: with constants of its own.
Ours:        the constants; derived in `bounds/cao2023`.
Tags:        batch normalization, gradient descent, rate
"""

from sympy import Rational

from wnverify import Claim, Theorem, increasing
from wnverify.bounds.cao2023 import log_clock
from wnverify.families.batch_norm.descent import BATCH_NORM_DESCENT, CLOSE, clock, steps

theorem = Theorem(
    claim=Claim(clock, ">=", log_clock(), given=CLOSE, tolerance=1e-8),
    family=BATCH_NORM_DESCENT,
    about_bound=[increasing(steps)],
    mutants={"1/2 for 1/20": log_clock(Rational(1, 2))},
)
