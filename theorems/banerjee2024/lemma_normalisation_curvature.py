"""Second derivative of the normalisation: the constant 2/√3 is exact.

Statement:   sup over unit u of ‖D²N(w)[u,u]‖₂ = 2/(√3‖w‖²) for N(w) = w/‖w‖, attained where the part of u
             orthogonal to w has squared length 2/3.
Hypotheses:  w ≠ 0, ‖u‖₂ = 1.
Kind:        upper bound, tight
Label:       lemma
Paper:       not in it.
Ours:        the statement: ‖w‖⁴‖D²N[u,u]‖² = s²(4 − 3s²) with s² = ‖(I − ŵŵᵀ)u‖², largest at s² = 2/3.
Tags:        lemma, normalisation, curvature
"""

from sympy import Rational, sqrt

from wnverify import Claim, Theorem, decreasing, free_of
from wnverify.families.least_squares.normalisation import NORMALISATION, k, second_derivative, w_norm

theorem = Theorem(
    claim=Claim(second_derivative, "<=", 2 / (sqrt(3) * w_norm**2)),
    family=NORMALISATION,
    about_bound=[decreasing(w_norm), free_of(k)],
    mutants={
        "1 for 2/sqrt(3)": 1 / w_norm**2,
        "1/|w| for 1/|w|^2": 2 / (sqrt(3) * w_norm),
        "0.99 of the bound": Rational(99, 100) * 2 / (sqrt(3) * w_norm**2),
    },
)
