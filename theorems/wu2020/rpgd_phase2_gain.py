"""The gain never falls in the second phase.

Statement:   g_T ≥ g_0.
Hypotheses:  AAᵀ = I, g > 0, steps 1/g² and 0 < gam ≤ 1, the range part of w along x*, p₀ = g√(1 − om²) ≤ X.
Kind:        upper bound, tight (attained where p₀ = X)
Label:       corollary
Paper:       the two phases of rPGD (abstract): variants of rPGD in two phases come close to the solution of least
             norm.
Relation:    step of its proof: the gain does not fall in the second phase.
Ours:        the proof, written out here: g⁺ = g + gam (p/g)(X − p), and p ≤ X.
Tags:        projected gradient descent, discrete, phase 2
"""

from sympy import Rational

from wnverify import Claim, Theorem
from wnverify.families.least_squares.descent import DESCENT, START, X, g, phase2_gain

claim = Claim(g, "<=", phase2_gain, given=START, tolerance=1e-9)

theorem = Theorem(
    claim=claim,
    family=DESCENT,
    corollary_of="wu2020/rpgd_phase2_inner",
    mutants={
        "the gain falls": phase2_gain * Rational(99, 100),
        "the minimum norm": X,
        "from beyond the target": claim.without("not beyond the target"),
    },
)
