"""The loss falls as one over the time of the mirror flow, on every run.

Statement:   l(x_t) ≤ D_Φ(z, x_0)/(2τ(t)) at all times, τ = ∫κ dt, for every z > 0 with Az = y: the flow ends in a
             solution wherever τ grows without bound (measured: the greatest l τ; a run that stalls counts as far as
             it was followed).
Hypotheses:  none beyond the flow.
Kind:        upper bound
Label:       theorem
Paper:       the theorem on convergence (abstract): the flow converges, and its limit solves Az = y.
Relation:    conditional: true of every start; that τ → ∞ is the hypothesis, which `convergence` discharges for L = 2.
Ours:        the statement: dD_Φ(z, x)/dτ = −2l, and l falls.
Tags:        flow, convergence, mirror flow, rate
"""

from wnverify import Claim, Theorem, increasing
from wnverify.families.diagonal.flow import DIAGONAL_FLOW, loss_clock, start_divergence

theorem = Theorem(
    claim=Claim(loss_clock, "<=", start_divergence / 2, tolerance=1e-4),
    family=DIAGONAL_FLOW,
    about_bound=[increasing(start_divergence)],
    mutants={"half of it": start_divergence / 4, "a quarter of it": start_divergence / 8},
)
