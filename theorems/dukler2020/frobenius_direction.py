"""At the initialisation the directions' kernel is about its mean Frobenius distance from its limit.

Statement:   with probability at least 1 − δ, |V(0) − V∞|_F ≤ (√S + |XXᵀ|_F √log(1/δ))/√m with S = m E|V(0) − V∞|_F².
Hypotheses:  u_k ~ N(0, I_d) independent, v = αu, g = |u|, |x_i| = 1.
Kind:        upper bound with a probability
Label:       lemma
Paper:       lemma on the initial kernels (recollection): |V(0) − V∞|₂ ≤ λ₀/4 from m of the order n² log(n/δ)/λ₀² on.
Relation:    other constants: in the Frobenius norm, about its exact mean; δ costs √log(1/δ), without the number of
             inputs.
Ours:        the statement, by McDiarmid's inequality and the second moments of variance_direction.
Tags:        concentration, initialisation, kernel, width
"""

from sympy import sqrt

from wnverify import Claim, Theorem, decreasing, increasing
from wnverify.bounds.dukler2020 import frobenius
from wnverify.families.relu.concentration import CONCENTRATION, V_distance, V_variance, delta, m

bound = frobenius(V_variance)

theorem = Theorem(
    claim=Claim(V_distance, "<=", bound, probability=1 - delta),
    family=CONCENTRATION,
    about_bound=[decreasing(m), increasing(V_variance), decreasing(delta)],
    mutants={
        "without the deviation": sqrt(V_variance / m),
        "1/m for 1/sqrt(m)": bound / sqrt(m),
        "a fifth of the bound": bound / 5,
    },
)
