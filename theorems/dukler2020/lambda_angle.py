"""Nearby inputs make the rate of the directions small, to first order in their angle.

Statement:   λ₀ ≤ θ/(2π) + θ²/4, θ the least angle between two inputs.
Hypotheses:  d ≥ 2, n ≥ 2, θ ≥ 1/1000.
Kind:        upper bound, tight to first order for large d
Label:       corollary
Paper:       not in it.
Ours:        the statement, from λ₀ ≤ (d−1)/(2d) − max|V∞_ij|.
Tags:        kernel, eigenvalues, rate
"""

from sympy import pi

from wnverify import Claim, Theorem, increasing
from wnverify.families.relu.kernels import APART, KERNELS, PLANAR, lambda_0, min_angle

theorem = Theorem(
    claim=Claim(lambda_0, "<=", min_angle / (2 * pi) + min_angle**2 / 4, given=APART),
    family=KERNELS,
    about_bound=[increasing(min_angle)],
    mutants={
        "second order": min_angle**2 / 4,
        "half the linear term": min_angle / (4 * pi) + min_angle**2 / 8,
        "one input": Claim(lambda_0, "<=", min_angle**2 / 16, given=PLANAR),
    },
    corollary_of=("dukler2020/lambda_upper", "dukler2020/kernel_direction"),
)
