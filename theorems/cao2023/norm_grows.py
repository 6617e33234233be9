"""Under gradient descent ‖w‖ never falls.

Statement:   ‖w⁺‖ ≥ ‖w‖ for steps of any size.
Hypotheses:  ‖w‖_Σ > 0.
Kind:        lower bound, tight
Label:       corollary
Paper:       Lemma 4.4 (read): ‖w(t)‖ ≤ ‖w(t + 1)‖ for all t.
Relation:    same
Tags:        batch normalization, gradient descent, norm growth
"""

from sympy import Rational

from wnverify import Claim, Theorem
from wnverify.families.batch_norm.state import BATCH_NORM, next_norm, weight_norm

theorem = Theorem(
    claim=Claim(next_norm, ">=", weight_norm),
    family=BATCH_NORM,
    mutants={"by a thousandth": weight_norm * Rational(1001, 1000)},
    corollary_of="cao2023/norm_identity",
)
