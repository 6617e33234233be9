"""For orthonormal inputs the rate of the directions is explicit, and falls with their number.

Statement:   λ₀ = ((d − 1) − (n − 1)/π)/(2d).
Hypotheses:  x_1, …, x_n orthonormal, d ≥ 2.
Kind:        identity
Label:       corollary
Paper:       lemma on positivity (recollection): λ₀ > 0 if no two inputs are parallel.
Relation:    special case: orthonormal inputs, with its value.
Ours:        the statement: V∞ has two different entries.
Tags:        kernel, eigenvalues, orthonormal
"""

from wnverify import Claim, Theorem, decreasing, increasing
from wnverify.bounds.dukler2020 import orthonormal_lambda
from wnverify.families.relu.kernels import KERNELS, ORTHONORMAL, PLANAR, TURNED, H_least, d, lambda_0, mu_0, n

rate = orthonormal_lambda()

theorem = Theorem(
    claim=Claim(lambda_0, "=", rate, given={**PLANAR, **ORTHONORMAL}, tolerance=1e-12),
    family=KERNELS,
    settings=TURNED,
    about_bound=[decreasing(n), increasing(d)],
    mutants={
        "the diagonal": (d - 1) / (2 * d),
        "n for n - 1": rate.subs(n, n + 1),
        "what the gains leave of H": H_least - mu_0,
    },
    corollary_of="dukler2020/kernel_direction",
)
