"""At the initialisation a neuron is seldom short, the less so the higher the dimension.

Statement:   |u| ≥ R with probability at least 1 − R^d/(2^{d/2} Γ(d/2 + 1)).
Hypotheses:  u ~ N(0, I_d).
Kind:        lower bound with a probability, tight as R → 0
Label:       lemma
Paper:       not in it.
Ours:        the statement: the density of N(0, I_d) is at most (2π)^{−d/2}.
Tags:        initialisation, anticoncentration
"""

from sympy import Expr

from wnverify import Claim, Theorem
from wnverify.bounds.dukler2020 import small_ball
from wnverify.families.relu.concentration import CONCENTRATION, d, first_norm, radius


def version(failure: Expr) -> Claim:
    """The claim with another probability of failure."""
    return Claim(first_norm, ">=", radius, probability=1 - failure)


theorem = Theorem(
    claim=version(small_ball(radius)),
    family=CONCENTRATION,
    mutants={
        "a third of the probability": version(small_ball(radius) / 3),
        "two dimensions more": version(small_ball(radius).subs(d, d + 2)),
    },
)
