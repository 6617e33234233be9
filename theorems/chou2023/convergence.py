"""Convergence to a solution from a start that is better than zero.

Statement:   the flow converges to a solution: ‖Ax − y‖ ≤ 1e-8 ‖y‖ at the end of every run that ends.
Hypotheses:  l(x_0) < l(0) = ½‖y‖²; S₊ has a positive point (true of every instance); the run was seen to end, in a
             solution or at zero.
Kind:        upper bound; the hypothesis on the loss is needed: runs collapse to zero without it
Paper:       the limit exists and solves Az = y.
Ours:        the explicit hypothesis.
Tags:        flow, convergence
"""

from sympy import Rational

from wnverify import Claim, Theorem
from wnverify.families.diagonal.flow import DIAGONAL_FLOW, decided, residual, start_loss, zero_loss

claim = Claim(
    residual,
    "<=",
    Rational(1, 10**8),
    given={"run ended": (decided, "=", 1), "better than zero": (start_loss, "<", zero_loss)},
)

theorem = Theorem(
    claim=claim,
    family=DIAGONAL_FLOW,
    mutants={
        "from every start": claim.without("better than zero"),
        "loss up to twice that of zero": Claim(
            residual,
            "<=",
            Rational(1, 10**8),
            given={"run ended": (decided, "=", 1), "loss": (start_loss, "<", 2 * zero_loss)},
        ),
    },
)
