"""Linear rate of the loss along the path.

Statement:   l(t) ≤ l(0) exp(−2L²σ² ∫ min(1, ηr²)(min x)^(2−2/L) ds), σ the least singular value of A (measured:
             the greatest exponent over log(l(0)/l(t)), at most 1).
Hypotheses:  the run converged.
Kind:        upper bound
Label:       theorem
Paper:       the theorem on convergence (abstract): the flow converges, for L = 2 linearly: the loss falls
             exponentially.
Relation:    finite form: along the path, for every L.
Ours:        the pathwise form.
Tags:        flow, rate
"""

from sympy import Expr, Integer

from wnverify import Claim, Theorem
from wnverify.families.diagonal.flow import (
    DIAGONAL_FLOW,
    exponent,
    exponent_of_max,
    exponent_without,
    run_ended,
    sigma,
    sigma_max,
)


def claim(rate: Expr) -> Claim:
    """The loss falls at least at this rate."""
    return Claim(rate, "<=", Integer(1), given={"converged": (run_ended, "=", 1)}, tolerance=1e-3)


theorem = Theorem(
    claim=claim(exponent * sigma**2),
    family=DIAGONAL_FLOW,
    mutants={
        "max x for min x": claim(exponent_of_max * sigma**2),
        "greatest singular value": claim(exponent * sigma_max**2),
        "without the factor of x": claim(exponent_without * sigma**2),
    },
    unrefutable={"4 L^2 for 2 L^2": "only the worst instances come within a factor of two"},
    paper_says={"for two layers the loss falls exponentially (as long as no entry of x tends to zero)": None},
)
