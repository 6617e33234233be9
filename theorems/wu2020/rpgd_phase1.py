"""With the gain kept, rPGD forgets the kernel part of w in closed form.

Statement:   AAᵀ = I, steps 1/g²: 1/a_T = κ^T/a_0 + (κ^T − 1)/(κ − 1) for a_t = ‖P_⊥w_t‖², κ = X²/g².
Hypotheses:  orthonormal rows; κ not within 1 % of 1, where the quotient loses digits; om > 10⁻³; a_T > 10⁻¹⁰, below
             which the projection is rounding.
Kind:        identity
Label:       theorem
Paper:       the two phases of rPGD (abstract): variants of rPGD in two phases come close to the solution of least
             norm.
Relation:    finite form: the part in ker A after T steps of the first phase.
Ours:        the formula: w − Aᵀe/g equals P_⊥w + x*/g exactly, so 1/a_{t+1} = 1 + κ/a_t.
Tags:        projected gradient descent, discrete, phase 1
"""

from sympy import Abs, Expr, Integer, Rational, S

from wnverify import Claim, Theorem
from wnverify.families.least_squares.descent import DESCENT, X, g, om, phase1_null, steps

given = {
    "not resonant": (Abs(X**2 / g**2 - 1), ">", Rational(1, 100)),
    "some kernel part": (om, ">", Rational(1, 1000)),
    "above rounding": (phase1_null, ">", Rational(1, 10**5)),
}


def version(kappa: Expr, power: Expr = steps, second: Expr = S.One) -> Claim:
    """1 − a_T/formula = 0."""
    formula = kappa**power / om**2 + second * (kappa**power - 1) / (kappa - 1)
    return Claim(phase1_null**2 * formula - 1, "=", Integer(0), given=given, tolerance=1e-9)


kappa = X**2 / g**2

theorem = Theorem(
    claim=version(kappa),
    family=DESCENT,
    mutants={
        "X/g for its square": version(X / g),
        "without the second term": version(kappa, second=Integer(0)),
        "one step more": version(kappa, power=steps + 1),
    },
)
