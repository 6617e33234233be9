"""With a large initialisation scale the flow is never faster than without normalisation.

Statement:   λ_min(Λ∞) ≤ λ_min(H∞) for α ≥ 1, Λ∞ = V∞/α² + G∞.
Hypotheses:  d ≥ 2, α ≥ 1, non-parallel inputs (by an angle of 1/50).
Kind:        upper bound; equality at α = 1
Label:       theorem
Paper:       remark on speed (recollection): in some settings normalisation makes training faster.
Relation:    conditional: in flow time it never does for α ≥ 1.
Ours:        the statement: Λ∞ falls with α in the Loewner order.
Tags:        kernel, eigenvalues, initialisation, rate
"""

from sympy import Rational

from wnverify import Claim, Theorem
from wnverify.families.relu.kernels import KERNELS, RESOLVED, H_least, alpha, tangent_least

claim = Claim(tangent_least, "<=", H_least, given={**RESOLVED, "alpha at least 1": (alpha, ">=", 1)}, tolerance=1e-9)

theorem = Theorem(
    claim=claim,
    family=KERNELS,
    mutants={
        "any alpha": claim.without("alpha at least 1"),
        "0.99 of it": H_least * Rational(99, 100),
        "1/alpha^2 of it": H_least / alpha**2,
    },
    paper_says={
        "faster than without normalisation in some settings; conditional: in flow time never for α ≥ 1": None,
    },
)
