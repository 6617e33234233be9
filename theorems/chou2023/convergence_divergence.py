"""Convergence to a solution from a start whose direction is near that of a solution.

Statement:   l(x_t) ≤ D_Φ(z, x_0)/(8η r_lo² t) at all times with r_lo² = ‖z‖₁ − √(2D_Φ(z, x_0)/η) > 0 (measured: the
             greatest l t; a run that stalls counts as far as it was followed).
Hypotheses:  L = 2; D_Φ(z, x_0) < η‖z‖₁²/2 for some z with Az = y, z > 0, that is KL(z/‖z‖₁ ‖ u_0²) <
             ηr_0²(1 − r_0²/(2‖z‖₁)).
Kind:        upper bound; the loss may start above that of zero
Label:       theorem
Paper:       the theorem on convergence (abstract): the flow converges, and its limit solves Az = y.
Relation:    finite form: an explicit rate for L = 2; the paper's own hypothesis is not known to us.
Ours:        the hypothesis, and the rate, with D_Φ as Lyapunov function.
Tags:        flow, convergence, divergence, rate
"""

from wnverify import Claim, Theorem
from wnverify.bounds.chou2023 import ENTROPIC
from wnverify.families.diagonal.flow import (
    DIAGONAL_FLOW,
    eta,
    kl_floor,
    kl_z,
    loss_time,
    mass_z,
    r0,
    start_divergence,
)

given = {"near a solution": (kl_z, "<", eta * r0**2 * (1 - r0**2 / (2 * mass_z)))}

theorem = Theorem(
    claim=Claim(8 * eta * kl_floor * loss_time, "<=", start_divergence, given=given, tolerance=1e-4),
    family=DIAGONAL_FLOW,
    settings=ENTROPIC,
    mutants={
        "from every direction, with r_0^2 for the floor": Claim(8 * eta * r0**2 * loss_time, "<=", start_divergence),
        "a tenth of it": start_divergence / 10,
    },
)
