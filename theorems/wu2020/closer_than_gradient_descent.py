"""Weight normalization ends closer to the minimum-norm solution than gradient descent from the same start.

Statement:   ‖x_∞ − x*‖ is at most the distance at which gradient descent ends from x₀ = gw, once the gain has grown,
             g_∞ ≥ g, from g² ≥ c. Both ends are measured: of the integrated flow, and of the descent.
Hypotheses:  ‖gAw − y‖ < ‖y‖, g ≥ √c, g_∞ ≥ g; the run converged; gradient descent ends at more than 10⁻⁴ X from x*.
Kind:        upper bound; attained where the gain does not move
Label:       corollary
Paper:       abstract (abstract): next to gradient descent on the original objective, the reparametrised one is
             regularised: it comes close to the solution of least norm from starts where gradient descent does not.
Relation:    conditional: true from g ≥ √c where the gain grows; from small gains the flow may end farther off
             (control_never_farther).
Ours:        the condition, from the exact ratio (g_∞/g) e^{−(g_∞² − g²)/(2c)}, which falls in g_∞ beyond √c.
Tags:        minimum norm, comparison, flow, implicit bias, least-squares
"""

from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.bounds.wu2020 import ratio
from wnverify.families.least_squares.flow import (
    FLOW,
    SQUARED,
    TO_SOLUTION,
    X,
    descent_distance,
    g,
    limit_distance,
    limit_gain,
)

claim = Claim(
    limit_distance,
    "<=",
    descent_distance,
    given={
        **TO_SOLUTION,
        "gain at least sqrt(c)": (g**2, ">=", ratio()),
        "the gain grows": (limit_gain, ">=", g),
        "above rounding": (descent_distance, ">", X / 10**4),
    },
    tolerance=1e-6,
)

theorem = Theorem(
    claim=claim,
    family=FLOW,
    settings=SQUARED,
    corollary_of="wu2020/distance_to_gradient_descent",
    mutants={
        "any gain": claim.without("gain at least sqrt(c)"),
        "the gain may fall": claim.without("the gain grows"),
        "0.98 of the distance": Integer(98) / 100 * descent_distance,
    },
    paper_says={"the reparametrised objective is regularised, next to gradient descent (if the gain grows)": None},
)
