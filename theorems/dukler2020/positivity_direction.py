"""The infinite-width kernel of the directions is positive definite on non-parallel inputs.

Statement:   V∞ has n positive eigenvalues.
Hypotheses:  d ≥ 2, no two of the n inputs on one line; here by an angle of at least 1/50, and an eigenvalue counts
             as positive above 1e-13, so that rounding does not decide.
Kind:        lower bound, an equality
Label:       theorem
Paper:       lemma on positivity (recollection): V∞ is strictly positive definite if no two inputs are parallel.
Relation:    special case: inputs at an angle of 1/50 and more, and eigenvalues that floats tell from 0.
Tags:        kernel, positivity, infinite width
"""

from wnverify import Claim, Theorem
from wnverify.families.relu.kernels import DISTINCT, KERNELS, RESOLVED, V_positive, n, plane_positive, separation

claim = Claim(V_positive, ">=", n, given=RESOLVED)

theorem = Theorem(
    claim=claim,
    family=KERNELS,
    mutants={
        "distinct inputs": Claim(V_positive, ">=", n, given=DISTINCT),
        "one dimension": claim.without("at least two dimensions"),
        "the formula of the plane on every sphere": Claim(plane_positive, ">=", n, given=RESOLVED),
        "two inputs may coincide": Claim(V_positive, ">=", n, given={"angles": (separation, ">=", 0)}),
    },
)
