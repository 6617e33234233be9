"""With a gain below the minimum norm, rPGD forgets the kernel part of w geometrically.

Statement:   ‖P_⊥w_T‖ ≤ (g/X)^T ‖P_⊥w_0‖ at fixed gain g < X; so log(om/ε)/log(X/g) steps reach ε.
Hypotheses:  AAᵀ = I, steps 1/g², 0 < g < X; ‖P_⊥w_T‖ > 10⁻⁵, below which the projection is rounding.
Kind:        upper bound, tight as om → 0
Label:       corollary
Paper:       the two phases of rPGD (abstract): variants of rPGD in two phases come close to the solution of least
             norm.
Relation:    finite form: how long the first phase must be.
Ours:        the explicit form.
Tags:        projected gradient descent, discrete, phase 1, rate
"""

from sympy import Rational

from wnverify import Claim, Theorem
from wnverify.families.least_squares.descent import DESCENT, X, g, om, phase1_null, steps

claim = Claim(
    phase1_null,
    "<=",
    (g / X) ** steps * om,
    given={
        "gain below the minimum norm": (g, "<", X),
        "positive gain": (g, ">", 0),
        "above rounding": (phase1_null, ">", Rational(1, 10**5)),
    },
    tolerance=1e-9,
)

theorem = Theorem(
    claim=claim,
    family=DESCENT,
    corollary_of="wu2020/rpgd_phase1",
    mutants={
        "(g/X)^(2T)": (g / X) ** (2 * steps) * om,
        "half of the bound": claim.rhs / 2,
        "the square of om": (g / X) ** steps * om**2,
    },
)
