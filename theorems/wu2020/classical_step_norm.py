"""In classical weight normalization every step lengthens v, by Pythagoras.

Statement:   ‖v⁺‖² = ‖v‖² + h²‖∇_v f‖² for v⁺ = v − h∇_v f, f(g, v) = F(gAv/‖v‖).
Hypotheses:  v ≠ 0, any loss.
Kind:        identity
Label:       lemma
Paper:       not in it.
References:  Salimans, Kingma, arXiv:1602.07868.
Tags:        gradient descent, discrete, norm growth
"""

from sympy import Expr, Integer

from wnverify import Claim, Theorem
from wnverify.families.least_squares.state import LEAST_SQUARES, step, v_gradient, v_next_norm, v_norm


def version(square: Expr) -> Claim:
    """The claim with another square of the norm."""
    return Claim(v_next_norm**2, "=", square, tolerance=1e-12)


theorem = Theorem(
    claim=version(v_norm**2 + step**2 * v_gradient**2),
    family=LEAST_SQUARES,
    mutants={
        "conserved": version(v_norm**2),
        "h for h^2": version(v_norm**2 + step * v_gradient**2),
        "twice the growth": version(v_norm**2 + 2 * step**2 * v_gradient**2),
        "shortened": Claim(v_next_norm, "<=", v_norm + Integer(0)),
    },
)
