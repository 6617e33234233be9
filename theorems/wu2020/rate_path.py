"""Along its path the flow converges at least at the rate ∫ min(g², c).

Statement:   log(‖e(0)‖/‖e(t)‖) ≥ σ² ∫₀ᵗ min(rate_w g², rate_g), σ the least singular value of A.
Hypotheses:  squared loss; the run converged; ‖e(t)‖ > 10⁻⁵ ‖y‖, so that it is not rounding.
Kind:        lower bound, tight
Label:       theorem
Paper:       the rates of the flow (abstract): the flow converges linearly, in two regimes that the size of the gain
             tells apart.
Relation:    finite form: along the path, from any start.
Ours:        the explicit form.
Tags:        rate, flow, least-squares
"""

from sympy import Rational

from wnverify import Claim, Theorem
from wnverify.families.least_squares.flow import (
    CONVERGED,
    FLOW,
    A_norm,
    elapsed,
    fast_time,
    log_drop,
    rate_g,
    reached_error,
    sigma,
    slow_time,
    target_norm,
)

given = {**CONVERGED, "above rounding": (reached_error, ">", target_norm / 10**5)}

theorem = Theorem(
    claim=Claim(log_drop, ">=", sigma**2 * slow_time, given=given, tolerance=1e-6),
    family=FLOW,
    settings={"loss": ("squared",)},
    mutants={
        "rate c always": sigma**2 * rate_g * elapsed,
        "rate g^2 always": sigma**2 * fast_time,
        "greatest singular value": A_norm**2 * slow_time,
        "twice the rate": 2 * sigma**2 * slow_time,
    },
    unrefutable={
        "1.001 of the rate": f"needs w at its slowest all along; {Rational(1001, 1000)} is within the search"
    },
)
