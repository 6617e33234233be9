"""The two rates add up to at most the rate without normalisation.

Statement:   λ₀ + μ₀ ≤ λ_min(H∞).
Hypotheses:  d ≥ 2, non-parallel inputs (by an angle of 1/50).
Kind:        upper bound; equality for one input, and for two at an acute angle
Label:       lemma
Paper:       not in it.
References:  Weyl's inequality for H∞ = V∞ + G∞.
Tags:        kernel, eigenvalues, rate
"""

from wnverify import Claim, Theorem
from wnverify.families.relu.kernels import KERNELS, RESOLVED, H_least, d, lambda_0, mu_0

theorem = Theorem(
    claim=Claim(lambda_0 + mu_0, "<=", H_least, given=RESOLVED, tolerance=1e-9),
    family=KERNELS,
    mutants={
        "an equality": Claim(lambda_0 + mu_0, "=", H_least, given=RESOLVED),
        "twice the rate of the gains": Claim(lambda_0 + 2 * mu_0, "<=", H_least, given=RESOLVED),
        "0.99 of it": H_least * 99 / 100,
        "(d - 1) times the rate of the gains below that of the directions": Claim(
            (d - 1) * mu_0, "<=", lambda_0, given=RESOLVED
        ),
    },
)
