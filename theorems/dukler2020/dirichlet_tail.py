"""The gains' kernel keeps its sign without its constant and its linear mode.

Statement:   G∞ ≥ b_d² 11ᵀ + XXᵀ/(4d) in the Loewner order, measured as 1 + λ_min(G∞ − b²11ᵀ − XXᵀ/4d) ≥ 1.
Hypotheses:  d ≥ 2.
Kind:        lower bound, tight
Paper:       the kernels.
Ours:        the statement, from the degree decomposition of relu on the sphere.
Tags:        kernel, laplacian, infinite width
"""

from sympy import Integer, Rational

from wnverify import Claim, Theorem
from wnverify.families.relu.kernels import KERNELS, PLANAR, centred_least, d, tail_least

theorem = Theorem(
    claim=Claim(1 + tail_least, ">=", Integer(1), given=PLANAR, tolerance=1e-12),
    family=KERNELS,
    mutants={
        "clearly positive": 1 + Rational(1, 10**4) / d,
        "the same of H without its constant mode": Claim(1 + tail_least, ">=", 1 + centred_least / d, given=PLANAR),
    },
)
