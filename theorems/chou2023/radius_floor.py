"""Floor of the radius on the whole run, from the loss of the start.

Statement:   r² ≥ ((‖y‖ − ‖Ax_0 − y‖)/max‖a_j‖)^(2/L) at all times, a_j the columns of A.
Hypotheses:  l(x_0) < l(0); the run converged.
Kind:        lower bound
Label:       lemma
Paper:       not in it.
Ours:        the statement: the loss falls, so ‖Ax‖ ≥ ‖y‖ − ‖Ax_0 − y‖.
Tags:        flow, radius
"""

from sympy import Rational

from wnverify import Claim, Theorem
from wnverify.families.diagonal.flow import DIAGONAL_FLOW, floor, least_radius, run_ended, start_loss, zero_loss

theorem = Theorem(
    claim=Claim(
        least_radius,
        ">=",
        floor,
        given={"converged": (run_ended, "=", 1), "better than zero": (start_loss, "<", zero_loss)},
        tolerance=1e-6,
    ),
    family=DIAGONAL_FLOW,
    mutants={"1.5 times the floor": Rational(3, 2) * floor, "twice the floor": 2 * floor},
)
