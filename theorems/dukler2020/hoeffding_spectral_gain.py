"""At the initialisation the gains' kernel is near its limit in the spectral norm.

Statement:   with probability at least 1 − δ, |G(0) − G∞|₂ ≤ |R|_F √(log(n(n+1)/δ)/(2m)), R_ij = (1 + ⟨x_i, x_j⟩)/2;
             in particular it is at most n times the root.
Hypotheses:  u_k ~ N(0, I_d) independent, v = αu, g = |u|, |x_i| = 1.
Kind:        upper bound with a probability
Label:       corollary
Paper:       lemma on the initial kernels (recollection): |G(0) − G∞|₂ ≤ μ₀/4 from m of the order n² log(n/δ)/μ₀² on.
Relation:    other constants: |R|_F ≤ n in place of n.
Ours:        the constants, by Hoeffding's inequality for all entries.
Tags:        concentration, initialisation, kernel, width
"""

from sympy import sqrt

from wnverify import Claim, Theorem, decreasing, increasing
from wnverify.bounds.dukler2020 import entry_deviation
from wnverify.families.relu.concentration import CONCENTRATION, G_error, G_range, delta, m

deviation = entry_deviation()

theorem = Theorem(
    claim=Claim(G_error, "<=", G_range * deviation, probability=1 - delta),
    family=CONCENTRATION,
    about_bound=[decreasing(m), increasing(G_range), decreasing(delta)],
    mutants={
        "without the number of inputs": deviation / 4,
        "1/m for 1/sqrt(m)": G_range * deviation / sqrt(m),
    },
    corollary_of="dukler2020/hoeffding_entries_gain",
)
