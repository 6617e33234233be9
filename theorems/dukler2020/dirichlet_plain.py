"""The directions' kernel dominates the kernel without normalisation, up to its constant mode.

Statement:   V∞ ≥ ((d − 1)/d)(H∞ − b_d² 11ᵀ) in the Loewner order. Measured as the largest ratio
             zᵀ(H∞ − b²11ᵀ)z/zᵀV∞z ≤ d/(d − 1).
Hypotheses:  d ≥ 2, non-parallel inputs (by an angle of 1/50).
Kind:        upper bound, tight: approached by an input and almost its antipode
Label:       corollary
Paper:       not in it.
Ours:        the statement, from the spectral gap, H∞ = V∞ + G∞.
Tags:        kernel, laplacian, infinite width
"""

from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.families.relu.kernels import KERNELS, RESOLVED, d, plain_share, plain_share_raw

theorem = Theorem(
    claim=Claim(plain_share, "<=", d / (d - 1), given=RESOLVED, tolerance=1e-9),
    family=KERNELS,
    mutants={
        "V dominates without a factor": Integer(1),
        "(d + 1)/d for d/(d - 1)": (d + 1) / d,
        "the constant mode not removed": Claim(plain_share_raw, "<=", d / (d - 1), given=RESOLVED),
    },
    corollary_of="dukler2020/dirichlet_gap",
)
