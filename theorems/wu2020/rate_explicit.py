"""Started below the first loss, the flow converges linearly at a rate that is known beforehand.

Statement:   ‖e(t)‖ ≤ ‖e(0)‖ exp(−σ² min(rate_g, rate_w g_lo²) t) with g_lo = (‖y‖ − ‖e(0)‖)/‖A‖₂.
Hypotheses:  ‖e(0)‖ < ‖y‖, g > 0, squared loss; the run converged; ‖e(t)‖ > 10⁻⁵ ‖y‖, so that it is not rounding.
Kind:        lower bound on log(‖e(0)‖/‖e(t)‖), almost tight
Label:       theorem
Paper:       abstract of the proceedings and the rates of the flow (abstract): the flow converges linearly, in two
             regimes that the size of the gain tells apart.
Relation:    finite form: at a rate that is known beforehand, from a start below the first loss.
Ours:        the explicit form.
Tags:        rate, flow, least-squares
"""

from sympy import Expr, Min

from wnverify import Claim, Theorem
from wnverify.bounds.wu2020 import gain_floor
from wnverify.families.least_squares.flow import (
    FLOW,
    TO_SOLUTION,
    elapsed,
    g,
    log_drop,
    rate_g,
    rate_w,
    reached_error,
    sigma,
    target_norm,
)

floor = gain_floor()
given = {**TO_SOLUTION, "above rounding": (reached_error, ">", target_norm / 10**5)}


def decay(rate: Expr) -> Expr:
    """σ²·rate·t."""
    return sigma**2 * rate * elapsed


theorem = Theorem(
    claim=Claim(log_drop, ">=", decay(Min(rate_g, rate_w * floor**2)), given=given, tolerance=1e-6),
    family=FLOW,
    settings={"loss": ("squared",)},
    mutants={
        "rate c always": decay(rate_g),
        "rate g(0)^2 always": decay(rate_w * g**2),
        "the sum of the rates": decay(rate_g + rate_w * floor**2),
    },
    paper_says={"the flow converges linearly (from a start below the first loss)": None},
)
