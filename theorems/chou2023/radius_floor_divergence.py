"""Floor of the radius on the whole run, from the divergence of a solution.

Statement:   r² ≥ ‖z‖₁ − √(2D_Φ(z, x_0)/η) at all times, for every z > 0 with Az = y.
Hypotheses:  L = 2; the right side is positive; the run converged.
Kind:        lower bound
Label:       lemma
Paper:       not in it.
Ours:        the statement: D_Φ(z, x_t) falls and is at least (η/2)(‖z‖₁ − r²)².
Tags:        flow, radius, divergence
"""

from sympy import Rational, sqrt

from wnverify import Claim, Theorem
from wnverify.bounds.chou2023 import ENTROPIC
from wnverify.families.diagonal.flow import (
    DIAGONAL_FLOW,
    eta,
    kl_floor,
    least_radius,
    mass_z,
    run_ended,
    start_bregman,
)

theorem = Theorem(
    claim=Claim(
        least_radius,
        ">=",
        kl_floor,
        given={"converged": (run_ended, "=", 1), "positive": (kl_floor, ">", 0)},
        tolerance=1e-6,
    ),
    family=DIAGONAL_FLOW,
    settings=ENTROPIC,
    mutants={
        "1.5 times the floor": Rational(3, 2) * kl_floor,
        "D for 2D": mass_z - sqrt(start_bregman / eta),
    },
)
