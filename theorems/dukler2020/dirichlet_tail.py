"""The gains' kernel keeps its sign without its constant and its linear mode.

Statement:   G∞ ≥ b_d² 11ᵀ + XXᵀ/(4d) in the Loewner order. Measured as the largest ratio
             zᵀ(b²11ᵀ + XXᵀ/4d)z/zᵀG∞z ≤ 1.
Hypotheses:  d ≥ 2, non-parallel inputs (by an angle of 1/50).
Kind:        upper bound, tight: approached by an input and almost its antipode
Label:       lemma
Paper:       not in it.
Ours:        the statement, from the degree decomposition of relu on the sphere.
Tags:        kernel, laplacian, infinite width
"""

from sympy import Integer, Rational

from wnverify import Claim, Theorem
from wnverify.families.relu.kernels import KERNELS, RESOLVED, d, mode_share, tail_least

theorem = Theorem(
    claim=Claim(mode_share, "<=", Integer(1), given=RESOLVED, tolerance=1e-9),
    family=KERNELS,
    mutants={
        "clearly positive": Claim(tail_least, ">=", Rational(1, 10**4) / d, given=RESOLVED),
        "0.99 of it": Rational(99, 100),
        "falling with the dimension": 2 / d,
    },
)
