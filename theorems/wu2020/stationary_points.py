"""Stationary points of the loss are its global minima, and points with g = 0.

Statement:   ‖grad f‖² ≥ min(1, g²) ‖Aᵀ(gAw − y)‖² for f(g, w) = ½‖gAw − y‖² on R × sphere; so the gradient
             vanishes only where Aᵀ(gAw − y) = 0, a global minimum, or where g = 0 (and then ⟨Aw, y⟩ = 0).
Hypotheses:  ‖w‖ = 1.
Kind:        lower bound, tight (w along or across the residual)
Label:       theorem
Paper:       the stationary points (abstract): those of the loss are characterised: global minima, and points where g
             vanishes.
Relation:    finite form: how large the gradient is elsewhere.
Ours:        the quantitative form: ‖grad f‖² = ⟨w,q⟩² + g²‖(I − wwᵀ)q‖² with q = Aᵀ(gAw − y).
Tags:        stationary points, saddle, least-squares
"""

from sympy import Abs, Integer, Min

from wnverify import Claim, Theorem
from wnverify.families.least_squares.state import LEAST_SQUARES, SQUARED, g, gradient_norm, pull_norm

theorem = Theorem(
    claim=Claim(gradient_norm, ">=", Min(Integer(1), Abs(g)) * pull_norm),
    family=LEAST_SQUARES,
    settings=SQUARED,
    mutants={
        "no stationary point but minima": pull_norm,
        "|g| for min(1, |g|)": Abs(g) * pull_norm,
        "1.01 of the bound": Integer(101) / 100 * Min(Integer(1), Abs(g)) * pull_norm,
    },
)
