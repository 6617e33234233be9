"""Control: the flow always converges to a solution.

Statement:   ‖Ax − y‖ ≤ 1e-8 ‖y‖ at the end of every run that ends.
Hypotheses:  S₊ has a positive point (true of every instance); the run was seen to end.
Kind:        control, false on purpose: it must be refuted by a run that collapses to x = 0
Label:       control
Paper:       the theorem on convergence (abstract): the flow converges, and its limit solves Az = y; shown by
             Łojasiewicz's theorem.
Relation:    shows its need: some hypothesis on the start is needed; which one the paper has is not known to us.
Tags:        control, flow, convergence
"""

from sympy import Rational

from wnverify import Claim, Theorem, Verdict
from wnverify.families.diagonal.flow import DIAGONAL_FLOW, decided, residual

theorem = Theorem(
    claim=Claim(residual, "<=", Rational(1, 10**8), given={"run ended": (decided, "=", 1)}),
    family=DIAGONAL_FLOW,
    expect=Verdict.REFUTED,
)
