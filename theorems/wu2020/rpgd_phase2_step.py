"""One step of the second phase shortens the gap X − p by a factor that is known exactly.

Statement:   (X − p⁺)/(X − p) = (X/√Q)[(X + p)/(√Q + g) − gam p/g] with p = ⟨gw, x*⟩/X, Q = X² + g² − p².
Hypotheses:  AAᵀ = I, steps 1/g² and gam, the range part of w along x*.
Kind:        identity
Label:       lemma
Paper:       the two phases of rPGD (abstract): variants of rPGD in two phases come close to the solution of least
             norm.
Relation:    step of its proof: one step of the second phase, exactly.
Ours:        the formula: cos θ⁺ = X/√Q and g⁺ = g + gam (p/g)(X − p).
Tags:        projected gradient descent, discrete, phase 2
"""

from sympy import Expr, Integer, sqrt

from wnverify import Claim, Theorem
from wnverify.families.least_squares.descent import DESCENT, X, g, gam, inner, phase2_step_inner

p = inner
root = sqrt(X**2 + g**2 - p**2)


def version(factor: Expr) -> Claim:
    """The claim with another factor, relative to X + g + X²/g."""
    defect = (X - phase2_step_inner - (X - p) * factor) / (X + g + X**2 / g)
    return Claim(defect, "=", Integer(0), tolerance=1e-11)


theorem = Theorem(
    claim=version(X / root * ((X + p) / (root + g) - gam * p / g)),
    family=DESCENT,
    mutants={
        "1 - gam": version(1 - gam),
        "gam p for gam p/g": version(X / root * ((X + p) / (root + g) - gam * p)),
        "without X/sqrt(Q)": version((X + p) / (root + g) - gam * p / g),
    },
)
