"""Rate of the loss in the time of the mirror flow.

Statement:   l(x_t) ≤ D_Φ(x_∞, x_0)/(2τ(t)), τ = ∫κ dt; for L = 2 l ≤ D/(8η ∫r² dt) (measured: the greatest l τ).
Hypotheses:  the run converged.
Kind:        upper bound, within a factor of 1.5 of tight
Label:       theorem
Paper:       the theorem on convergence (abstract): the flow converges, for L = 2 linearly: the loss falls
             exponentially.
Relation:    weaker: one over the time of the mirror flow only, but with its constant, for every L.
Ours:        the statement: dD_Φ/dτ = −2l and l falls.
Tags:        flow, rate, mirror flow
"""

from wnverify import Claim, Theorem, increasing
from wnverify.families.diagonal.flow import DIAGONAL_FLOW, end_bregman, loss_tau, run_ended

theorem = Theorem(
    claim=Claim(loss_tau, "<=", end_bregman / 2, given={"converged": (run_ended, "=", 1)}, tolerance=1e-4),
    family=DIAGONAL_FLOW,
    about_bound=[increasing(end_bregman)],
    mutants={"half of it": end_bregman / 4, "a quarter of it": end_bregman / 8},
)
