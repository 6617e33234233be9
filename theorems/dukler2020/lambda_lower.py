"""The rate of the directions is at least that without normalisation, up to the constant mode.

Statement:   λ₀ ≥ ((d − 1)/d) λ_min(H∞ − b_d² 11ᵀ).
Hypotheses:  d ≥ 2, non-parallel inputs (by an angle of 1/50).
Kind:        lower bound
Label:       corollary
Paper:       not in it.
Ours:        the statement, from the spectral gap.
Tags:        kernel, eigenvalues, rate
"""

from wnverify import Claim, Theorem
from wnverify.families.relu.kernels import KERNELS, RESOLVED, H_least, centred_least, d, lambda_0

theorem = Theorem(
    claim=Claim(lambda_0, ">=", (d - 1) / d * centred_least, given=RESOLVED, tolerance=1e-9),
    family=KERNELS,
    mutants={
        "the constant mode not removed": (d - 1) / d * H_least,
        "d/(d - 1) for (d - 1)/d": d / (d - 1) * centred_least,
    },
    corollary_of="dukler2020/dirichlet_plain",
)
