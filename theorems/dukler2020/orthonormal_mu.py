"""For orthonormal inputs the rate of the gains is explicit, and does not depend on their number.

Statement:   μ₀ = (1 − 1/π)/(2d).
Hypotheses:  x_1, …, x_n orthonormal, n ≥ 2.
Kind:        identity
Label:       corollary
Paper:       lemma on positivity (recollection): μ₀ > 0 if no two inputs are parallel.
Relation:    special case: orthonormal inputs, with its value.
Ours:        the statement: G∞ has two different entries.
Tags:        kernel, eigenvalues, orthonormal
"""

from sympy import pi

from wnverify import Claim, Theorem, decreasing, free_of
from wnverify.bounds.dukler2020 import orthonormal_mu
from wnverify.families.relu.kernels import KERNELS, ORTHONORMAL, SEVERAL, TURNED, d, mu_0, n

rate = orthonormal_mu()
claim = Claim(mu_0, "=", rate, given={**SEVERAL, **ORTHONORMAL}, tolerance=1e-12)

theorem = Theorem(
    claim=claim,
    family=KERNELS,
    settings=TURNED,
    about_bound=[decreasing(d), free_of(n)],
    mutants={
        "the diagonal": 1 / (2 * d),
        "one input": claim.without("several inputs"),
        "the other eigenvalue": (1 + (n - 1) / pi) / (2 * d),
    },
    corollary_of="dukler2020/kernel_gain",
)
