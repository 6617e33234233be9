"""At the initialisation the outputs are bounded, whatever the width.

Statement:   max_i |f_i(0)| ≤ √(2 log(2n/δ)) with probability at least 1 − δ − n e^{−m/16}; hence
             |f(0) − y| ≤ √n (√(2 log(2n/δ)) + max_i |y_i|).
Hypotheses:  u_k ~ N(0, I_d) and uniform signs c_k, independent; g = |u|, |x_i| = 1; m ≥ 50.
Kind:        upper bound with a probability
Label:       lemma
Paper:       lemma on the initial residual (recollection): |f(0) − y|² is of the order n log(n/δ) with probability 1 −
             δ.
Relation:    other constants: a constant, every output by itself, and what the width adds to δ.
Ours:        the constants, from Hoeffding's inequality for the signs given u.
Tags:        concentration, initialisation, output
"""

from sympy import exp, log, sqrt

from wnverify import Claim, Theorem, decreasing, free_of, increasing
from wnverify.families.relu.concentration import CONCENTRATION, alpha, delta, m, n, output_max

bound = sqrt(2 * log(2 * n / delta))

theorem = Theorem(
    claim=Claim(output_max, "<=", bound, given={"wide": (m, ">=", 50)}, probability=1 - delta - n * exp(-m / 16)),
    family=CONCENTRATION,
    about_bound=[increasing(n), decreasing(delta), free_of(m), free_of(alpha)],
    mutants={
        "a quarter of the bound": bound / 4,
        "falling with the width": bound / sqrt(m),
        "without the number of inputs": sqrt(log(2 / delta)) / 3,
    },
)
