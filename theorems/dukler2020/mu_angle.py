"""Nearby inputs make the rate of the gains small, to second order in their angle.

Statement:   μ₀ ≤ 1/(2d) − J1(θ)/(2πd), θ the least angle between two inputs, J1 = sin θ + (π − θ) cos θ.
Hypotheses:  n ≥ 2, d ≥ 2, θ ≥ 1/1000.
Kind:        upper bound, an equality for two inputs
Label:       lemma
Paper:       not in it.
Ours:        the statement, by interlacing with 2×2 blocks.
Tags:        kernel, eigenvalues, rate
"""

from wnverify import Claim, Theorem, limit
from wnverify.bounds.dukler2020 import kernel_G
from wnverify.families.relu.kernels import APART, KERNELS, d, min_angle, mu_0

bound = 1 / (2 * d) - kernel_G(min_angle)

theorem = Theorem(
    claim=Claim(mu_0, "<=", bound, given=APART, tolerance=1e-9),
    family=KERNELS,
    about_bound=[limit(min_angle, 0, 0)],
    mutants={
        "third order": min_angle**3 / (4 * d),
        "1/d^2 for 1/d": bound / d,
        "0.98 of the bound": bound * 49 / 50,
    },
)
