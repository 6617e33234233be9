"""The least eigenvalue of the directions' kernel is limited by its largest entry off the diagonal.

Statement:   λ₀ ≤ (d−1)/(2d) − max_{i≠j} |V∞_ij|.
Hypotheses:  d ≥ 2, non-parallel inputs (by an angle of 1/50).
Kind:        upper bound, an equality for two inputs
Label:       lemma
Paper:       not in it.
Ours:        the statement, by interlacing with 2×2 blocks.
Tags:        kernel, eigenvalues, rate
"""

from wnverify import Claim, Theorem
from wnverify.families.relu.kernels import KERNELS, RESOLVED, V_off, d, lambda_0

bound = (d - 1) / (2 * d) - V_off

theorem = Theorem(
    claim=Claim(lambda_0, "<=", bound, given=RESOLVED, tolerance=1e-9),
    family=KERNELS,
    mutants={
        "twice the entry": bound - V_off,
        "(d-2)/(2d) for (d-1)/(2d)": bound - 1 / (2 * d),
        "0.9 of the bound": bound * 9 / 10,
    },
)
