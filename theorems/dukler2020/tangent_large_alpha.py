"""A large initialisation scale slows training down, in flow time, to the rate of the gains.

Statement:   λ_min(H∞)/α² + (1 − 1/α²) μ₀ ≤ λ_min(Λ∞) for α ≥ 1, Λ∞ = V∞/α² + G∞.
Hypotheses:  d ≥ 2, α ≥ 1, non-parallel inputs (by an angle of 1/50).
Kind:        lower bound; equality for two inputs, and at α = 1
Label:       lemma
Paper:       remark on speed (recollection): for α > 1 the rate is that of G, μ₀.
Relation:    stronger: Λ∞ keeps a share 1/α² of the rate without normalisation beside it.
Ours:        the statement, by Weyl's inequality from Λ∞ = H∞/α² + (1 − 1/α²)G∞.
Tags:        kernel, eigenvalues, initialisation, rate
"""

from sympy import oo

from wnverify import Claim, Theorem, limit
from wnverify.families.relu.kernels import KERNELS, RESOLVED, H_least, alpha, mu_0, tangent_least

bound = H_least / alpha**2 + (1 - 1 / alpha**2) * mu_0
claim = Claim(tangent_least, ">=", bound, given={**RESOLVED, "alpha at least 1": (alpha, ">=", 1)}, tolerance=1e-8)

theorem = Theorem(
    claim=claim,
    family=KERNELS,
    about_bound=[limit(alpha, oo, mu_0, of=bound)],
    mutants={
        "the rate without normalisation": H_least,
        "any alpha": claim.without("alpha at least 1"),
        "1/alpha for 1/alpha^2": H_least / alpha + (1 - 1 / alpha) * mu_0,
    },
)
