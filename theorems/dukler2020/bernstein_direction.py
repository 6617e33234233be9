"""At the initialisation the directions' kernel is near its limit, but for the variance and a logarithm.

Statement:   with probability at least 1 − δ, |V(0) − V∞|₂ ≤ √(2κ²|V∞|₂ l/m) + 2κ² l/(3m), l = log(2n/δ), κ = |X|₂.
Hypotheses:  u_k ~ N(0, I_d) independent, v = αu, g = |u|, |x_i| = 1.
Kind:        upper bound with a probability
Label:       lemma
Paper:       lemma on the initial kernels (recollection): |V(0) − V∞|₂ ≤ λ₀/4 from m of the order n² log(n/δ)/λ₀² on.
Relation:    stronger: κ²|V∞|₂ stands in place of n², and κ² ≤ n, |V∞|₂ ≤ κ²/2.
Ours:        the statement, by the matrix Bernstein inequality with summands between 0 and κ².
Tags:        concentration, initialisation, kernel, width
"""

from sympy import sqrt

from wnverify import Claim, Theorem, decreasing, increasing
from wnverify.bounds.dukler2020 import bernstein, bernstein_bulk
from wnverify.families.relu.concentration import CONCENTRATION, V_error, V_norm, delta, kappa, m

bulk, bound = bernstein_bulk(V_norm), bernstein(V_norm)

theorem = Theorem(
    claim=Claim(V_error, "<=", bound, probability=1 - delta),
    family=CONCENTRATION,
    about_bound=[decreasing(m), increasing(kappa)],
    mutants={
        "without the square root": bound - bulk,
        "a seventh of the bound": bound / 7,
        "1/m for 1/sqrt(m)": bound / sqrt(m),
    },
    unrefutable={"1 for kappa^2": "fails in some 10 % of repetitions on clustered inputs, less often than δ allows"},
)
