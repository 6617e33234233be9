"""The error of one projected step against the flow, exactly.

Statement:   ‖(w⁺ − w)/h + (I − wwᵀ)d‖² = b(1 − 1/N)² + ((N − 1 + hα)/(hN))² with α = ⟨w, d⟩, b = ‖d‖² − α²,
             N = ‖w − hd‖, w⁺ = (w − hd)/N.
Hypotheses:  ‖w‖ = 1, 10⁻² < h‖d‖, w ≠ hd.
Kind:        identity
Label:       lemma
Paper:       the common flow (abstract): weight normalization and rPGD have the same limit as their steps vanish.
Relation:    step of its proof: the distance of one step from the flow, exactly.
Ours:        the statement.
Tags:        projected gradient descent, discrete, normalisation
"""

from sympy import Expr, Integer, Rational

from wnverify import Claim, Theorem
from wnverify.families.least_squares.state import (
    LEAST_SQUARES,
    SQUARED,
    step,
    step_along,
    step_error,
    step_gradient,
    step_norm,
)

N, h = step_norm, step
given = {
    "not lost in rounding": (h * step_gradient, ">", Rational(1, 100)),
    "N away from 0": (N, ">", Rational(1, 10)),
}
across = step_gradient**2 - step_along**2


def version(square: Expr) -> Claim:
    """The claim with another square of the error, relative to 1/h² + ‖d‖²."""
    scale = 1 / h**2 + step_gradient**2
    return Claim((step_error**2 - square) / scale, "=", Integer(0), given=given, tolerance=1e-11)


along = ((N - 1 + h * step_along) / (h * N)) ** 2

theorem = Theorem(
    claim=version(across * (1 - 1 / N) ** 2 + along),
    family=LEAST_SQUARES,
    settings=SQUARED,
    mutants={
        "without the part along w": version(across * (1 - 1 / N) ** 2),
        "without the part across w": version(along),
        "|d|^2 for b": version(step_gradient**2 * (1 - 1 / N) ** 2 + along),
    },
)
