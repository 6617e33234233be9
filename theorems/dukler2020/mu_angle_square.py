"""Nearby inputs make the rate of the gains small, at most a quarter of their squared angle over the dimension.

Statement:   μ₀ ≤ θ²/(4d), θ the least angle between two inputs.
Hypotheses:  n ≥ 2, d ≥ 2, θ ≥ 1/1000.
Kind:        upper bound, tight as θ → 0 for two inputs
Label:       corollary
Paper:       not in it.
Ours:        the statement, from μ₀ ≤ 1/(2d) − G∞(θ), sin θ ≥ θ cos θ and cos θ ≥ 1 − θ²/2.
Tags:        kernel, eigenvalues, rate
"""

from wnverify import Claim, Theorem, decreasing, increasing, order
from wnverify.families.relu.kernels import APART, KERNELS, d, min_angle, mu_0

bound = min_angle**2 / (4 * d)

theorem = Theorem(
    claim=Claim(mu_0, "<=", bound, given=APART),
    family=KERNELS,
    about_bound=[decreasing(d), increasing(min_angle), order(min_angle**2)],
    mutants={"1/5 for 1/4": min_angle**2 / (5 * d), "1/d^2 for 1/d": bound / d, "third order": min_angle * bound},
    corollary_of="dukler2020/mu_angle",
)
