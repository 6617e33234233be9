"""A summand of the gain kernel is confined by the angle of its inputs.

Statement:   0 ≤ a a′ 1{a > 0} 1{a′ > 0} ≤ (1 + c)/2 with c = ⟨x, x′⟩, a = ⟨v/|v|, x⟩, a′ = ⟨v/|v|, x′⟩.
Hypotheses:  |x| = |x′| = 1, g > 0; c ≥ −1 + 1e-6, so that rounding does not decide.
Kind:        upper bound, tight: attained by the bisector of x and x′
Label:       lemma
Paper:       lemma on the initial kernels (recollection): by Hoeffding's inequality for the summands of G_ij(0), which
             are bounded by 1.
Relation:    step of its proof: the exact range, which is smaller.
Ours:        the statement.
Tags:        concentration, lemma, relu
"""

from sympy import Abs, Rational

from wnverify import Claim, Theorem, increasing
from wnverify.families.relu.gains import INITIAL, RELU_GAINS, correlation, summand_G

bound = (1 + correlation) / 2
apart = {"inputs that are not opposite": (correlation, ">=", Rational(1, 10**6) - 1)}

theorem = Theorem(
    claim=Claim(summand_G, "<=", bound, given=apart, tolerance=1e-9),
    family=RELU_GAINS,
    settings=INITIAL,
    about_bound=[increasing(correlation)],
    mutants={"half the width": bound / 2, "|c| for (1 + c)/2": Abs(correlation), "its square": bound**2},
)
