"""Convergence to a solution from a start that is better than zero, at a rate known beforehand.

Statement:   l(x_t) ≤ D_Φ(z, x_0)/(8η r_lo² t) at all times, for every z > 0 with Az = y, where
             r_lo² = (‖y‖ − ‖Ax_0 − y‖)/max‖a_j‖ > 0, a_j the columns of A: the flow ends in a solution (measured: the
             greatest l t; a run that stalls counts as far as it was followed).
Hypotheses:  L = 2; l(x_0) < l(0) = ½‖y‖².
Kind:        upper bound; the hypothesis on the loss is needed: runs collapse to zero without it
Label:       theorem
Paper:       the theorem on convergence (abstract): the flow converges, and its limit solves Az = y; shown by
             Łojasiewicz's theorem.
Relation:    finite form: an explicit rate for L = 2; the paper's own hypothesis is not known to us.
Ours:        the hypothesis, and the rate: l(x_t) ≤ D_Φ(z, x_0)/(2τ) on the clock dτ = 4ηr² dt (convergence_clock),
             and r² ≥ r_lo² since the loss falls (radius_floor).
Tags:        flow, convergence, rate
"""

from wnverify import Claim, Theorem
from wnverify.bounds.chou2023 import ENTROPIC
from wnverify.families.diagonal.flow import (
    DIAGONAL_FLOW,
    eta,
    floor,
    loss_time,
    r0,
    start_divergence,
    start_loss,
    zero_loss,
)

given = {"better than zero": (start_loss, "<", zero_loss)}

theorem = Theorem(
    claim=Claim(8 * eta * floor * loss_time, "<=", start_divergence, given=given, tolerance=1e-4),
    family=DIAGONAL_FLOW,
    settings=ENTROPIC,
    mutants={
        "from every start, with r_0^2 for the floor": Claim(8 * eta * r0**2 * loss_time, "<=", start_divergence),
        "a tenth of it": start_divergence / 10,
    },
    paper_says={"the limit of the flow exists, and is a solution": None},
)
