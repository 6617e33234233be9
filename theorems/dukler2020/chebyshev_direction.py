"""At the initialisation the squared distance of the directions' kernel from its limit is of the order of its mean.

Statement:   with probability at least 1 − δ, |V(0) − V∞|_F² ≤ S/(mδ) with the closed form S = m E|V(0) − V∞|_F².
Hypotheses:  u_k ~ N(0, I_d) independent, v = αu, g = |u|, |x_i| = 1.
Kind:        upper bound with a probability
Label:       lemma
Paper:       not in it.
Ours:        the statement, by Markov's inequality and the second moments of variance_direction.
Tags:        concentration, initialisation, kernel, variance
"""

from wnverify import Claim, Theorem, decreasing, order
from wnverify.families.relu.concentration import CONCENTRATION, V_distance, V_variance, delta, m

bound = V_variance / (m * delta)

theorem = Theorem(
    claim=Claim(V_distance**2, "<=", bound, probability=1 - delta),
    family=CONCENTRATION,
    about_bound=[decreasing(m), decreasing(delta), order(1 / (m * delta), given={V_variance: 1})],
    mutants={"1/m^2 for 1/m": bound / m, "a sixteenth of the variance": bound / 16},
)
