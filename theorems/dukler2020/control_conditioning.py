"""Control: normalisation with a small initialisation scale does not always improve the conditioning.

Statement:   the condition number of Λ∞ = V∞/α² + G∞ is at most that of H∞, which has no normalisation.
Hypotheses:  d ≥ 2, non-parallel inputs (by an angle of 1/50), α < 1.
Kind:        control, false on purpose: for orthonormal inputs H∞ = I/2 is perfectly conditioned, Λ∞ is not
Label:       control
Paper:       remark on speed (recollection): in some settings normalisation makes training faster.
Relation:    shows its need: «in some settings» cannot be left out; of the conditioning, which decides at the best
             step, it fails.
Tags:        control, conditioning, kernel
"""

from wnverify import Claim, Theorem, Verdict
from wnverify.families.relu.kernels import KERNELS, RESOLVED, alpha, condition, condition_H

theorem = Theorem(
    claim=Claim(condition, "<=", condition_H, given={**RESOLVED, "alpha below 1": (alpha, "<", 1)}, tolerance=1e-8),
    family=KERNELS,
    expect=Verdict.REFUTED,
)
