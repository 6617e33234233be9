"""At the initialisation every entry of the gains' kernel is near its limit.

Statement:   with probability at least 1 − δ, |G_ij(0) − G∞_ij| ≤ R_ij √(log(n(n+1)/δ)/(2m))
             for all i, j at once, R_ij = (1 + ⟨x_i, x_j⟩)/2 the range of a summand.
Hypotheses:  u_k ~ N(0, I_d) independent, v = αu, g = |u|, |x_i| = 1.
Kind:        upper bound with a probability
Label:       lemma
Paper:       lemma on the initial kernels (recollection): by Hoeffding's inequality every entry of G(0) is within the
             order √(log(n/δ)/m) of G∞.
Relation:    other constants: the range of each entry in place of 1 for all.
Ours:        the constants, by Hoeffding's inequality for n(n+1)/2 entries.
Tags:        concentration, initialisation, kernel, width
"""

from sympy import sqrt

from wnverify import Claim, Theorem, decreasing, increasing
from wnverify.bounds.dukler2020 import entry_deviation
from wnverify.families.relu.concentration import CONCENTRATION, G_entry_error, delta, m, n

bound = entry_deviation()

theorem = Theorem(
    claim=Claim(G_entry_error, "<=", bound, probability=1 - delta),
    family=CONCENTRATION,
    about_bound=[decreasing(m), increasing(n), decreasing(delta)],
    mutants={"1/m for 1/sqrt(m)": bound / sqrt(m), "a third of the deviation": bound / 3},
    unrefutable={
        "one entry instead of all": "Hoeffding's inequality overestimates the fluctuation of each entry by more than "
        "what the union over the entries costs",
    },
)
