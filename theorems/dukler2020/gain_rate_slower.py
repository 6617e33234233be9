"""Training by gains is slower than without normalisation by a factor of about the dimension.

Statement:   μ₀ ≤ λ₂(H∞)/d, the second smallest eigenvalue of the kernel without normalisation.
Hypotheses:  n ≥ 2, d ≥ 2, non-parallel inputs (by an angle of 1/50).
Kind:        upper bound, with a slack of some percent
Label:       theorem
Paper:       not in it.
Ours:        the statement: H∞ ≥ d G∞ across the constant mode.
Tags:        kernel, eigenvalues, rate
"""

from wnverify import Claim, Theorem, decreasing
from wnverify.families.relu.kernels import KERNELS, RESOLVED, H_least, H_second, d, mu_0, n

theorem = Theorem(
    claim=Claim(mu_0, "<=", H_second / d, given={**RESOLVED, "several inputs": (n, ">=", 2)}),
    family=KERNELS,
    about_bound=[decreasing(d, given={H_second: 1})],
    mutants={"the least eigenvalue": H_least / d, "1/d^2 for 1/d": H_second / d**2, "half of it": H_second / (2 * d)},
)
