"""The infinite-width kernel of the gains is positive definite on non-parallel inputs.

Statement:   G∞ has n positive eigenvalues.
Hypotheses:  d ≥ 2, no two of the n inputs on one line; here by an angle of at least 1/50, and an eigenvalue counts
             as positive above 1e-13, so that rounding does not decide.
Kind:        lower bound, an equality
Label:       theorem
Paper:       lemma on positivity (recollection): G∞ is strictly positive definite if no two inputs are parallel.
Relation:    special case: inputs at an angle of 1/50 and more, and eigenvalues that floats tell from 0.
Tags:        kernel, positivity, infinite width
"""

from wnverify import Claim, Theorem
from wnverify.families.relu.kernels import DISTINCT, KERNELS, PLANAR, RESOLVED, G_positive, n

claim = Claim(G_positive, ">=", n, given=RESOLVED)

theorem = Theorem(
    claim=claim,
    family=KERNELS,
    mutants={
        "distinct inputs": Claim(G_positive, ">=", n, given=DISTINCT),
        "any inputs": Claim(G_positive, ">=", n, given=PLANAR),
        "one more": Claim(G_positive, ">=", n + 1, given=RESOLVED),
    },
)
