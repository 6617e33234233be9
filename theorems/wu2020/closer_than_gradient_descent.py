"""Weight normalization ends closer to the minimum-norm solution than gradient descent from the same start.

Statement:   ‖x_∞ − x*‖ ≤ g om, the distance of the limit of gradient descent from x₀ = gw, once the gain has
             grown to g_∞² = X² + ‖x_∞ − x*‖² ≥ g² from g² ≥ c.
Hypotheses:  g ≥ √c, g_∞ ≥ g.
Kind:        upper bound; attained where the gain does not move
Paper:       the comparison.
Ours:        the exact ratio: (g_∞/g) e^{−(g_∞² − g²)/(2c)}, which falls in g_∞ beyond √c.
Tags:        minimum norm, comparison, implicit bias, least-squares
"""

from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.bounds.wu2020 import ratio
from wnverify.families.least_squares.state import LEAST_SQUARES, POSITIVE_GAIN, SQUARED, X, distance2, g, om

claim = Claim(
    distance2,
    "<=",
    (g * om) ** 2,
    given={
        **POSITIVE_GAIN,
        "gain at least sqrt(c)": (g**2, ">=", ratio()),
        "the gain grows": (X**2 + distance2, ">=", g**2),
    },
    tolerance=1e-9,
)

theorem = Theorem(
    claim=claim,
    family=LEAST_SQUARES,
    settings=SQUARED,
    mutants={
        "any gain": claim.without("gain at least sqrt(c)"),
        "the gain may fall": claim.without("the gain grows"),
        "0.98 of the distance": Integer(96) / 100 * (g * om) ** 2,
    },
)
