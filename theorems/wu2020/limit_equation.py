"""The squared gain at the limit solves a scalar equation that knows the learning rates through their ratio only.

Statement:   s = g_∞² satisfies s(1 − om² e^{(g² − s)/c}) = X² with om = ‖P_⊥w‖, X = ‖A⁺y‖ at the start and
             c = rate_g/rate_w; the root in [X², ∞) is unique (limit_unique). Measured relative to s.
Hypotheses:  ‖gAw − y‖ < ‖y‖, g > 0; the run converged.
Kind:        identity
Label:       theorem
Paper:       the limit (abstract): the flow ends at x* plus the part of the start in ker A, damped as the invariant
             says.
Relation:    finite form: the gain at the limit, as the root of an equation.
Ours:        the scalar equation.
Tags:        limit, flow, implicit bias, least-squares
"""

from sympy import Expr, Integer

from wnverify import Claim, Theorem, free_of
from wnverify.bounds.wu2020 import ONLY_RATIO, null_square
from wnverify.families.least_squares.flow import FLOW, TO_SOLUTION, X, limit_gain, rate_w

s = limit_gain**2


def version(exponent: Expr) -> Claim:
    """The claim with another factor in the exponent."""
    defect = 1 - null_square(s, exponent) - X**2 / s
    return Claim(defect, "=", Integer(0), given=TO_SOLUTION, tolerance=1e-9)


theorem = Theorem(
    claim=version(Integer(1)),
    family=FLOW,
    settings={"loss": ("squared",)},
    about_bound=[free_of(rate_w, of=s * (1 - null_square(s)) - X**2, given=ONLY_RATIO)],
    mutants={
        "twice the exponent": version(Integer(2)),
        "half the exponent": version(Integer(1) / 2),
        "the other sign": version(Integer(-1)),
        "the minimum norm itself": Claim(limit_gain, "=", X, given=TO_SOLUTION, tolerance=1e-9),
    },
)
