"""Second spectral gap: without the linear mode too, the directions' kernel dominates 2d times.

Statement:   V∞ − (d−1)/(4d) XXᵀ ≥ 2d (G∞ − b_d² 11ᵀ − XXᵀ/(4d)) in the Loewner order. Measured as the largest ratio
             of the two quadratic forms.
Hypotheses:  d ≥ 2, non-parallel inputs (by an angle of 1/50).
Kind:        upper bound, tight in the plane
Label:       lemma
Paper:       not in it.
Ours:        the statement: relu(z) = z/2 + |z|/2 has no odd mode but the first, and the Laplacian is at least 2d on
             the others.
Tags:        kernel, laplacian, infinite width
"""

from wnverify import Claim, Theorem, decreasing
from wnverify.families.relu.kernels import KERNELS, RESOLVED, d, tail_share

theorem = Theorem(
    claim=Claim(tail_share, "<=", 1 / (2 * d), given=RESOLVED, tolerance=1e-8),
    family=KERNELS,
    about_bound=[decreasing(d)],
    mutants={"2d + 2 for 2d": 1 / (2 * d + 2), "the gap of degree 3, 3(d + 1)": 1 / (3 * (d + 1))},
)
