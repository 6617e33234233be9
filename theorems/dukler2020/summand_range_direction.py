"""A summand of the direction kernel at the initialisation is confined below by the angle of its inputs.

Statement:   −⟨P x, P x′⟩ 1{v·x > 0} 1{v·x′ > 0} ≤ (1 − c)/2 with c = ⟨x, x′⟩, P the projection across v. So the
             summands of V_ij(0) range over an interval of length (1 + |c|)/2.
Hypotheses:  |x| = |x′| = 1, g > 0; c ≤ 1 − 1e-6, so that rounding does not decide.
Kind:        upper bound, tight: attained by the bisector of x and x′
Label:       lemma
Paper:       lemma on the initial kernels (recollection): by Hoeffding's inequality for the summands of V_ij(0), which
             are bounded by 1.
Relation:    step of its proof: the exact range, which is smaller.
Ours:        the statement: a, b > 0 imply ab ≤ (1 + c)/2.
Tags:        concentration, lemma, relu
"""

from sympy import Rational

from wnverify import Claim, Theorem, decreasing
from wnverify.families.relu.gains import INITIAL, RELU_GAINS, correlation, summand_V

bound = (1 - correlation) / 2
apart = {"inputs that differ": (correlation, "<=", 1 - Rational(1, 10**6))}

theorem = Theorem(
    claim=Claim(-summand_V, "<=", bound, given=apart, tolerance=1e-9),
    family=RELU_GAINS,
    settings=INITIAL,
    about_bound=[decreasing(correlation)],
    mutants={"half the width": bound / 2, "a ten-thousandth of it": bound / 10**4, "(1 - c)/2 squared": bound**2},
)
