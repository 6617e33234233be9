"""The kernel part of w never grows in the second phase.

Statement:   ‖P_⊥w_T‖ ≤ ‖P_⊥w_0‖.
Hypotheses:  AAᵀ = I, g > 0, steps 1/g² and 0 < gam ≤ 1, the range part of w along x*, p₀ = g√(1 − om²) ≤ X.
Kind:        upper bound, tight (attained where p₀ = X)
Label:       lemma
Paper:       the two phases of rPGD (abstract): variants of rPGD in two phases come close to the solution of least
             norm.
Relation:    step of its proof: the second phase keeps what the first has won.
Ours:        the proof, written out here: p⁺ ≤ X iff (g⁺)² ≤ Q = X² + g² − p², which 2 gam p + gam²(X − p) ≤ X + p
             gives.
Tags:        projected gradient descent, discrete, phase 2
"""

from sympy import Rational

from wnverify import Claim, Theorem
from wnverify.families.least_squares.descent import DESCENT, START, om, phase2_null

claim = Claim(phase2_null, "<=", om, given=START, tolerance=1e-9)

theorem = Theorem(
    claim=claim,
    family=DESCENT,
    mutants={
        "0.99 of it": om * Rational(99, 100),
        "its square": om**2,
        "from beyond the target": claim.without("not beyond the target"),
    },
)
