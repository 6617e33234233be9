"""At the initialisation few neurons are near a kink.

Statement:   |⟨v_k(0), x_i⟩| ≥ R with probability at least 1 − √(2/π) R/α. The
             probability of the opposite is exactly erf(R/(α√2)).
Hypotheses:  v_k(0) = αu_k, u_k ~ N(0, I_d), |x_i| = 1.
Kind:        lower bound with a probability, tight as R/α → 0
Label:       lemma
Paper:       lemma on flips (recollection): P(|⟨v_k(0), x_i⟩| ≤ R) is at most of the order R/α.
Relation:    other constants: √(2/π)/α, below which the exact value erf(R/(α√2)) stays.
Ours:        the constant.
Tags:        initialisation, anticoncentration, relu
"""

from sympy import Expr, pi, sqrt

from wnverify import Claim, Theorem, decreasing, free_of, increasing
from wnverify.families.relu.concentration import CONCENTRATION, alpha, d, margin, radius

chance = sqrt(2 / pi) * radius / alpha


def version(failure: Expr) -> Claim:
    """The claim with another probability of failure."""
    return Claim(margin, ">=", radius, probability=1 - failure)


theorem = Theorem(
    claim=version(chance),
    family=CONCENTRATION,
    about_bound=[increasing(radius, of=chance), decreasing(alpha, of=chance), free_of(d, of=chance)],
    mutants={"R/(alpha sqrt(2 pi))": version(chance / 2), "1/alpha^2 for 1/alpha": version(chance / alpha)},
)
