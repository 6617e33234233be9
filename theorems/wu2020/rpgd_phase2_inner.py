"""The second phase never goes beyond the target.

Statement:   p_T ≤ X, p = ⟨gw, x*⟩/X.
Hypotheses:  AAᵀ = I, g > 0, steps 1/g² and 0 < gam ≤ 1, the range part of w along x*, p₀ = g√(1 − om²) ≤ X.
Kind:        upper bound, tight (attained where p₀ = X)
Label:       lemma
Paper:       the two phases of rPGD (abstract): variants of rPGD in two phases come close to the solution of least
             norm.
Relation:    step of its proof: the second phase does not overshoot.
Ours:        the proof, written out here: p⁺ ≤ X iff (g⁺)² ≤ Q = X² + g² − p², which 2 gam p + gam²(X − p) ≤ X + p
             gives.
Tags:        projected gradient descent, discrete, phase 2
"""

from sympy import Rational

from wnverify import Claim, Theorem
from wnverify.families.least_squares.descent import DESCENT, START, X, inner, phase2_inner

claim = Claim(phase2_inner, "<=", X, given=START, tolerance=1e-9)

theorem = Theorem(
    claim=claim,
    family=DESCENT,
    mutants={
        "0.99 X": X * Rational(99, 100),
        "the first gain": inner,
        "any step size": claim.without("a step at most 1"),
        "from beyond the target": claim.without("not beyond the target"),
    },
)
