"""However uneven the margins are, the loss is no less than that of equal margins.

Statement:   L ≥ log(1 + e^{−Pγ}).
Hypotheses:  γ > 0.
Kind:        lower bound, tight where D(w) = 0
Label:       lemma
Paper:       not in it.
Ours:        Jensen's inequality: the outputs have a mean of at most Pγ, for the mean square of the margins is 1.
Tags:        batch normalization, loss
"""

from sympy import Rational, exp, log

from wnverify import Claim, Theorem, decreasing
from wnverify.families.batch_norm.state import BATCH_NORM, P, gamma, loss

bound = log(1 + exp(-P * gamma))

theorem = Theorem(
    claim=Claim(loss, ">=", bound),
    family=BATCH_NORM,
    about_bound=[decreasing(gamma)],
    mutants={"1 % more": bound * Rational(101, 100), "without the patches": log(1 + exp(-gamma))},
)
