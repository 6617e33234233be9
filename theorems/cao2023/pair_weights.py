"""The greater of two slopes weighs the pairs of margins no less than the mean slope does.

Statement:   Σ_{i,j} max(b_i, b_j)(a_i − a_j)² ≥ (mean b) Σ_{i,j} (a_i − a_j)² for b_i = |ℓ′_i|, a_i = F_i/γ.
Hypotheses:  γ > 0.
Kind:        lower bound, tight where all b_i are equal
Label:       lemma
Paper:       Lemma C.1 (read): Σ max(b_i, b_j)(a_i − a_j)² ≥ (mean b)/4 · Σ (a_i − a_j)² for all rising a and
             falling b ≥ 0.
Relation:    stronger: without the 4; the proof needs no order of a and b, which it checks on margins and slopes.
Ours:        the constant 1. For b the indicator of a set the pairs outside of it, of m of n numbers, have the sum
             2m·Σ(a − mean)² over the m, no more than m/n of the sum 2n·Σ(a − mean)² over all; every b is a mixture of
             indicators.
Tags:        batch normalization, inequality
"""

from sympy import Rational

from wnverify import Claim, Theorem
from wnverify.families.batch_norm.state import BATCH_NORM, pair_spread, pair_weighted, slope_max, slope_mean

bound = slope_mean * pair_spread

theorem = Theorem(
    claim=Claim(pair_weighted, ">=", bound, tolerance=1e-9),
    family=BATCH_NORM,
    mutants={"1 % more": bound * Rational(101, 100), "the largest slope": slope_max * pair_spread},
)
