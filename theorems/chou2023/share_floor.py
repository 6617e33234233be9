"""Floor of every share of the direction on the whole run.

Statement:   u_i² ≥ exp(−(D_0/‖z‖₁ + h(p_i))/p_i) at all times, p = z/‖z‖₁, D_0 = D_Φ(z, x_0), h the binary entropy
             in nats, for every z > 0 with Az = y (measured in the coordinate closest to its floor).
Hypotheses:  L = 2; the run converged.
Kind:        lower bound
Label:       lemma
Paper:       not in it.
Ours:        the statement: KL(p‖u²) ≤ D_0/‖z‖₁ and data processing.
Tags:        flow, divergence
"""

from wnverify import Claim, Theorem
from wnverify.bounds.chou2023 import ENTROPIC
from wnverify.families.diagonal.flow import DIAGONAL_FLOW, bare_floor, bare_share, least_share, run_ended, share_floor

given = {"converged": (run_ended, "=", 1)}

theorem = Theorem(
    claim=Claim(least_share, ">=", share_floor, given=given, tolerance=1e-6),
    family=DIAGONAL_FLOW,
    settings=ENTROPIC,
    mutants={
        "without the entropy": Claim(bare_share, ">=", bare_floor, given=given, tolerance=1e-6),
        "three times the floor": 3 * share_floor,
    },
)
