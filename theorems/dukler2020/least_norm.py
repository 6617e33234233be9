"""At the initialisation no neuron at all is very short.

Statement:   min_k |u_k| ≥ (δ/(m B_d))^{1/d}, B_d = 1/(2^{d/2} Γ(d/2 + 1)), with probability at least 1 − δ.
Hypotheses:  u_1, …, u_m ~ N(0, I_d).
Kind:        lower bound with a probability, tight as δ → 0
Label:       lemma
Paper:       not in it.
Ours:        the statement, by a union over the neurons of small_ball.
Tags:        initialisation, anticoncentration, width
"""

from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.bounds.dukler2020 import small_ball
from wnverify.families.relu.concentration import CONCENTRATION, d, delta, least_norm, m

bound = (delta / (m * small_ball(Integer(1)))) ** (1 / d)

theorem = Theorem(
    claim=Claim(least_norm, ">=", bound, probability=1 - delta),
    family=CONCENTRATION,
    mutants={
        "without the width": (delta / small_ball(Integer(1))) ** (1 / d),
        "twice as long": 2 * bound,
    },
)
