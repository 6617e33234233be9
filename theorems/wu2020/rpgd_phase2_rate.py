"""In the second phase the error falls geometrically, at a rate set by the first angle.

Statement:   ‖e_T‖ = X − p_T ≤ (1 − gam cos θ₀)^T (X − p₀) with cos θ₀ = √(1 − om²).
Hypotheses:  AAᵀ = I, g > 0, steps 1/g² and 0 < gam ≤ 1, the range part of w along x*, p₀ = g cos θ₀ ≤ X; the
             bound is above 10⁻⁶ X, below which the error is rounding.
Kind:        upper bound, tight at one step
Label:       theorem
Paper:       the two phases of rPGD (abstract): variants of rPGD in two phases come close to the solution of least
             norm.
Relation:    finite form: the rate of the second phase.
Ours:        the explicit form.
Tags:        projected gradient descent, discrete, phase 2, rate
"""

from sympy import Rational, sqrt

from wnverify import Claim, Theorem
from wnverify.families.least_squares.descent import DESCENT, START, X, gam, inner, om, phase2_error, steps

rate = 1 - gam * sqrt(1 - om**2)
bound = rate**steps * (X - inner)
claim = Claim(phase2_error, "<=", bound, given={**START, "above rounding": (bound, ">", X / 10**6)}, tolerance=1e-8)

theorem = Theorem(
    claim=claim,
    family=DESCENT,
    mutants={
        "rate 1 - gam": (1 - gam) ** steps * (X - inner),
        "one step more": bound * rate,
        "from the minimum norm": rate**steps * (X - inner) * Rational(9, 10),
    },
)
