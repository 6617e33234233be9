"""First derivative of the normalisation: it contracts by the norm.

Statement:   ‖DN(w)[u]‖₂ ≤ 1/‖w‖₂ for N(w) = w/‖w‖ and every unit u.
Hypotheses:  w ≠ 0, ‖u‖₂ = 1.
Kind:        upper bound; attained by every u orthogonal to w
Label:       lemma
Paper:       abstract (recollection): used for the bound of the Hessian; DN(w)[u] = (I − ŵŵᵀ)u/‖w‖.
Relation:    step of its proof: a general fact.
Tags:        lemma, normalisation
"""

from sympy import Rational

from wnverify import Claim, Theorem, decreasing, free_of
from wnverify.families.least_squares.normalisation import NORMALISATION, first_derivative, k, w_norm

theorem = Theorem(
    claim=Claim(first_derivative, "<=", 1 / w_norm),
    family=NORMALISATION,
    about_bound=[decreasing(w_norm), free_of(k)],
    mutants={"1/|w|^2 for 1/|w|": 1 / w_norm**2, "0.99 of the bound": Rational(99, 100) / w_norm},
)
