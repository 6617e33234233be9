"""Convergence to a solution from a start whose direction is near that of a solution.

Statement:   the flow converges to a solution: ‖Ax − y‖ ≤ 1e-8 ‖y‖ at the end of every run that ends.
Hypotheses:  L = 2; D_Φ(z, x_0) < η‖z‖₁²/2 for some z with Az = y, z > 0, that is KL(z/‖z‖₁ ‖ u_0²) <
             ηr_0²(1 − r_0²/(2‖z‖₁)); the run was seen to end, in a solution or at zero.
Kind:        upper bound; the loss may start above that of zero
Paper:       the flow.
Ours:        the statement, with D_Φ as Lyapunov function.
Tags:        flow, convergence, divergence
"""

from sympy import Rational

from wnverify import Claim, Theorem
from wnverify.bounds.chou2023 import ENTROPIC
from wnverify.families.diagonal.flow import DIAGONAL_FLOW, decided, eta, kl_z, mass_z, r0, residual

claim = Claim(
    residual,
    "<=",
    Rational(1, 10**8),
    given={
        "run ended": (decided, "=", 1),
        "near a solution": (kl_z, "<", eta * r0**2 * (1 - r0**2 / (2 * mass_z))),
    },
)

theorem = Theorem(
    claim=claim,
    family=DIAGONAL_FLOW,
    settings=ENTROPIC,
    mutants={"from every direction": claim.without("near a solution")},
)
