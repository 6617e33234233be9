"""The least eigenvalue of the tangent kernel is at least the sum of those of its parts.

Statement:   λ_min(Λ) ≥ λ_min(V)/α² + λ_min(G), for every state.
Hypotheses:  v_k ≠ 0.
Kind:        lower bound; equality for one input
References:  Weyl's inequality.
Tags:        kernel, eigenvalues, relu
"""

from sympy import Max

from wnverify import Claim, Theorem
from wnverify.families.relu.gains import RELU_GAINS, G_least, V_least, alpha, ntk_least

theorem = Theorem(
    claim=Claim(ntk_least + 1, ">=", 1 + V_least / alpha**2 + G_least, tolerance=1e-10),
    family=RELU_GAINS,
    mutants={
        "without 1/alpha^2": 1 + V_least + G_least,
        "twice the larger part": 1 + 2 * Max(V_least / alpha**2, G_least),
        "one percent more": 1 + (V_least / alpha**2 + G_least) * 101 / 100,
    },
)
