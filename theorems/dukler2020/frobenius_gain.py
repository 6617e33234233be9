"""At the initialisation the gains' kernel is about its mean Frobenius distance from its limit.

Statement:   with probability at least 1 − δ, |G(0) − G∞|_F ≤ (√S + |XXᵀ|_F √log(1/δ))/√m with S = m E|G(0) − G∞|_F².
Hypotheses:  u_k ~ N(0, I_d) independent, v = αu, g = |u|, |x_i| = 1.
Kind:        upper bound with a probability
Label:       lemma
Paper:       lemma on the initial kernels (recollection): |G(0) − G∞|₂ ≤ μ₀/4 from m of the order n² log(n/δ)/μ₀² on.
Relation:    other constants: in the Frobenius norm, about its exact mean; δ costs √log(1/δ), without the number of
             inputs.
Ours:        the statement, by McDiarmid's inequality and the second moments of variance_gain.
Tags:        concentration, initialisation, kernel, width
"""

from sympy import sqrt

from wnverify import Claim, Theorem, decreasing, increasing
from wnverify.bounds.dukler2020 import frobenius
from wnverify.families.relu.concentration import CONCENTRATION, G_distance, G_variance, delta, m

bound = frobenius(G_variance)

theorem = Theorem(
    claim=Claim(G_distance, "<=", bound, probability=1 - delta),
    family=CONCENTRATION,
    about_bound=[decreasing(m), increasing(G_variance), decreasing(delta)],
    mutants={
        "without the deviation": sqrt(G_variance / m),
        "1/m for 1/sqrt(m)": bound / sqrt(m),
        "a twentieth of the bound": bound / 20,
    },
)
