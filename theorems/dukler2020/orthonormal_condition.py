"""For orthonormal inputs every initialisation scale but α = 1 worsens the conditioning.

Statement:   cond(V∞/α² + G∞) = max{p/q, q/p}, p = λ₀/α² + (1 + (n−1)/π)/(2d) along 1 and
             q = (d − 1 + 1/π)/(2dα²) + (1 − 1/π)/(2d) across; it is 1 at α = 1 only.
Hypotheses:  x_1, …, x_n orthonormal, n ≥ 2, d ≥ 2.
Kind:        identity
Label:       corollary
Paper:       remark on speed (recollection): in some settings normalisation makes training faster.
Relation:    shows its need: here it does not; every α ≠ 1 worsens the conditioning, which decides at the best step.
Ours:        the statement.
Tags:        conditioning, kernel, orthonormal
"""

from sympy import Integer

from wnverify import Claim, Theorem, limit
from wnverify.bounds.dukler2020 import orthonormal_condition
from wnverify.families.relu.kernels import (
    KERNELS,
    ORTHONORMAL,
    SEVERAL,
    TURNED,
    alpha,
    condition,
    condition_G,
    condition_V,
    n,
)

theorem = Theorem(
    claim=Claim(condition, "=", orthonormal_condition(), given={**SEVERAL, **ORTHONORMAL}, tolerance=1e-10),
    family=KERNELS,
    settings=TURNED,
    about_bound=[limit(alpha, 1, 1, given={n: 2})],
    mutants={
        "always 1": Integer(1),
        "alpha for alpha^2": orthonormal_condition().subs(alpha, alpha**2),
        "that of V": condition_V,
        "that of G": condition_G,
    },
    corollary_of=("dukler2020/kernel_direction", "dukler2020/kernel_gain"),
    paper_says={
        "faster than without normalisation in some settings; conditional: at the best step not always": None,
    },
)
