"""Spectral gap: the directions' kernel dominates the gains' kernel without its constant mode, d − 1 times.

Statement:   V∞ ≥ (d − 1)(G∞ − b_d² 11ᵀ) in the Loewner order, b_d = E relu(v̄₁). Measured as the largest ratio
             zᵀ(G∞ − b²11ᵀ)z/zᵀV∞z ≤ 1/(d − 1).
Hypotheses:  d ≥ 2, non-parallel inputs (by an angle of 1/50).
Kind:        upper bound, tight: approached by an input and almost its antipode
Label:       theorem
Paper:       not in it.
Ours:        the statement: V∞ is the Dirichlet form of G∞ on the sphere, whose first eigenvalue is d − 1.
Tags:        kernel, laplacian, infinite width
"""

from wnverify import Claim, Theorem, decreasing
from wnverify.families.relu.kernels import KERNELS, RESOLVED, d, gain_share, gain_share_raw

theorem = Theorem(
    claim=Claim(gain_share, "<=", 1 / (d - 1), given=RESOLVED, tolerance=1e-9),
    family=KERNELS,
    about_bound=[decreasing(d, given={d: d + 1})],
    mutants={
        "d for d - 1": 1 / d,
        "the constant mode not removed": Claim(gain_share_raw, "<=", 1 / (d - 1), given=RESOLVED),
    },
)
