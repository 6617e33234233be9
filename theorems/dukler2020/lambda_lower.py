"""The rate of the directions is at least that without normalisation, up to the constant mode.

Statement:   λ₀ ≥ ((d − 1)/d) λ_min(H∞ − b_d² 11ᵀ).
Hypotheses:  d ≥ 2.
Kind:        lower bound
Paper:       for λ₀.
Ours:        the statement, from the spectral gap.
Tags:        kernel, eigenvalues, rate
"""

from wnverify import Claim, Theorem
from wnverify.families.relu.kernels import KERNELS, PLANAR, H_least, centred_least, d, lambda_0

theorem = Theorem(
    claim=Claim(1 + lambda_0, ">=", 1 + (d - 1) / d * centred_least, given=PLANAR, tolerance=1e-12),
    family=KERNELS,
    mutants={
        "the constant mode not removed": 1 + (d - 1) / d * H_least,
        "d/(d - 1) for (d - 1)/d": 1 + d / (d - 1) * centred_least,
    },
)
