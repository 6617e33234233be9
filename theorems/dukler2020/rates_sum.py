"""The two rates add up to at most the rate without normalisation.

Statement:   λ₀ + μ₀ ≤ λ_min(H∞).
Hypotheses:  d ≥ 2.
Kind:        upper bound; equality for two inputs close to each other
References:  Weyl's inequality for H∞ = V∞ + G∞.
Tags:        kernel, eigenvalues, rate
"""

from wnverify import Claim, Theorem
from wnverify.families.relu.kernels import KERNELS, PLANAR, H_least, d, lambda_0, mu_0

theorem = Theorem(
    claim=Claim(1 + lambda_0 + mu_0, "<=", 1 + H_least, given=PLANAR, tolerance=1e-12),
    family=KERNELS,
    mutants={
        "an equality": Claim(1 + lambda_0 + mu_0, "=", 1 + H_least, given=PLANAR),
        "twice the rate of the gains": Claim(1 + lambda_0 + 2 * mu_0, "<=", 1 + H_least, given=PLANAR),
        "(d - 1) times the rate of the gains below that of the directions": Claim(
            1 + (d - 1) * mu_0, "<=", 1 + lambda_0, given=PLANAR
        ),
    },
)
