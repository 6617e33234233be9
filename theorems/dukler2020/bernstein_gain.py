"""At the initialisation the gains' kernel is near its limit, but for the variance and a logarithm.

Statement:   with probability at least 1 − δ, |G(0) − G∞|₂ ≤ √(2κ²|G∞|₂ l/m) + 2κ² l/(3m), l = log(2n/δ), κ = |X|₂.
Hypotheses:  u_k ~ N(0, I_d) independent, v = αu, g = |u|, |x_i| = 1.
Kind:        upper bound with a probability
Label:       lemma
Paper:       lemma on the initial kernels (recollection): |G(0) − G∞|₂ ≤ μ₀/4 from m of the order n² log(n/δ)/μ₀² on.
Relation:    stronger: κ²|G∞|₂ stands in place of n², and κ² ≤ n, |G∞|₂ ≤ n/(2d).
Ours:        the statement, by the matrix Bernstein inequality with summands between 0 and κ².
Tags:        concentration, initialisation, kernel, width
"""

from sympy import sqrt

from wnverify import Claim, Theorem, decreasing, increasing
from wnverify.bounds.dukler2020 import bernstein, bernstein_bulk
from wnverify.families.relu.concentration import CONCENTRATION, G_error, G_norm, delta, kappa, m

bulk, bound = bernstein_bulk(G_norm), bernstein(G_norm)

theorem = Theorem(
    claim=Claim(G_error, "<=", bound, probability=1 - delta),
    family=CONCENTRATION,
    about_bound=[decreasing(m), increasing(kappa)],
    mutants={
        "one part in four, without the square root": (bound - bulk) / 4,
        "a fifteenth of the bound": bound / 15,
        "1/m for 1/sqrt(m)": bound / sqrt(m),
    },
    unrefutable={"1 for kappa^2": "fails in some 10 % of repetitions on clustered inputs, less often than δ allows"},
)
