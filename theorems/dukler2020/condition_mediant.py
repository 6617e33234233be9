"""No initialisation scale makes the conditioning worse than the worse of the two parts.

Statement:   cond(V∞/α² + G∞) ≤ max{cond V∞, cond G∞} for every α > 0; in particular cond H∞ is.
Hypotheses:  d ≥ 2, non-parallel inputs (by an angle of 1/50).
Kind:        upper bound, tight as α → 0 or α → ∞
Label:       lemma
Paper:       not in it.
Ours:        the statement: λ_max(A + B) ≤ λ_max A + λ_max B, λ_min alike, and the mediant of two fractions.
Tags:        conditioning, kernel, initialisation
"""

from sympy import Max, Min, Rational

from wnverify import Claim, Theorem
from wnverify.families.relu.kernels import KERNELS, RESOLVED, condition, condition_G, condition_H, condition_V

bound = Max(condition_V, condition_G)

theorem = Theorem(
    claim=Claim(condition, "<=", bound, given=RESOLVED, tolerance=1e-7),
    family=KERNELS,
    mutants={
        "at least the better part": Claim(condition, ">=", Min(condition_V, condition_G), given=RESOLVED),
        "at most the better part": Min(condition_V, condition_G),
        "at most that without normalisation": condition_H,
        "0.95 of the bound": bound * Rational(19, 20),
    },
)
