"""A small initialisation scale speeds up training, in flow time, by a multiple of the directions' rate.

Statement:   λ_min(Λ∞) ≥ λ_min(H∞) + (1/α² − 1) λ₀ for α ≤ 1, Λ∞ = V∞/α² + G∞.
Hypotheses:  d ≥ 2, α ≤ 1, non-parallel inputs (by an angle of 1/50).
Kind:        lower bound; equality for two inputs, and at α = 1
Label:       theorem
Paper:       abstract (abstract): in some settings normalisation makes convergence faster than it is without.
Relation:    conditional: in flow time, for α ≤ 1, and by how much.
Ours:        the statement, by Weyl's inequality from Λ∞ = H∞ + (1/α² − 1)V∞. A small α is but a larger learning rate
             of the directions: see alpha_lr_ratio.
Tags:        kernel, eigenvalues, initialisation, rate
"""

from sympy import Max

from wnverify import Claim, Theorem, decreasing
from wnverify.families.relu.kernels import KERNELS, RESOLVED, H_least, alpha, lambda_0, mu_0, tangent_least

bound = H_least + (1 / alpha**2 - 1) * lambda_0
claim = Claim(tangent_least, ">=", bound, given={**RESOLVED, "alpha at most 1": (alpha, "<=", 1)}, tolerance=1e-8)

theorem = Theorem(
    claim=claim,
    family=KERNELS,
    about_bound=[decreasing(alpha, given={lambda_0: 1})],
    mutants={
        "any alpha": claim.without("alpha at most 1"),
        "1/alpha^3 for 1/alpha^2": H_least + (1 / alpha**3 - 1) * lambda_0,
        "without the - 1": H_least + lambda_0 / alpha**2,
        "the larger of the two rates is all": Claim(
            tangent_least, "=", Max(lambda_0 / alpha**2, mu_0), given=claim.given
        ),
    },
    paper_says={
        "faster than without normalisation in some settings; conditional: in flow time, for α ≤ 1": None,
    },
)
