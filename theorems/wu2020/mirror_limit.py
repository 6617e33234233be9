"""The limit of the flow is the Bregman projection of the start onto the solutions.

Statement:   D_Φ(x_∞, x₀) ≤ D_Φ(z, x₀) for every z with Az = y, where Φ(x) = √(πc/2) erfi(‖x‖/√(2c)),
             x₀ = gw, x_∞ = x* + g_∞ e^{(g² − g_∞²)/(2c)} P_⊥w and g_∞² is the root of the limit equation.
Hypotheses:  g > 0.
Kind:        upper bound, tight (z may be x_∞)
Paper:       the limit.
Ours:        the statement, from the mirror flow.
Tags:        mirror flow, limit, least-squares
"""

from sympy import Rational

from wnverify import Claim, Theorem
from wnverify.families.least_squares.state import LEAST_SQUARES, POSITIVE_GAIN, SQUARED, bregman_limit, bregman_other

theorem = Theorem(
    claim=Claim(bregman_limit, "<=", bregman_other, given=POSITIVE_GAIN, tolerance=1e-9),
    family=LEAST_SQUARES,
    settings=SQUARED,
    mutants={
        "0.99 of the other divergence": Rational(99, 100) * bregman_other,
        "the limit is the farthest solution": Claim(bregman_limit, ">=", bregman_other, given=POSITIVE_GAIN),
    },
)
