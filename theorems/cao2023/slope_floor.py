"""However uneven the margins are, the mean slope is no less than that of equal margins.

Statement:   mean|ℓ′_i| ≥ 1/(1 + e^{Pγ}).
Hypotheses:  γ > 0.
Kind:        lower bound, tight where D(w) = 0
Label:       lemma
Paper:       eq. (C.7) and eq. (D.9) (read): mean|ℓ′_i| ≥ 1/(1 + e^γ) for one patch, and for P patches too.
Relation:    corrected: outputs reach Pγ, so that eq. (D.9) fails for two patches; eq. (C.7) is the same.
Tags:        batch normalization, uniform margin, patches
"""

from sympy import Rational

from wnverify import Claim, Theorem, decreasing
from wnverify.bounds.cao2023 import scale_slope
from wnverify.families.batch_norm.state import BATCH_NORM, gamma, slope_mean

theorem = Theorem(
    claim=Claim(slope_mean, ">=", scale_slope()),
    family=BATCH_NORM,
    about_bound=[decreasing(gamma)],
    mutants={"1 % more": scale_slope() * Rational(101, 100), "one gamma for all patches": scale_slope(gamma)},
)
