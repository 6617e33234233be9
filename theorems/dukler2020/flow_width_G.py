"""Wide networks with α ≥ 1 converge at the rate μ₀ of the gain kernel.

Statement:   with probability ≥ 1 − δ over u, for every y with R₀ = |f(0) − y| ≤ R̄: |f(t) − y|² ≤ exp(−μ₀t) R₀².
Hypotheses:  m ≥ 32κ² log(2n/δ)/μ₀; κ²(3p E(1/|u|)/α² + 2B_d(p) + (7/6) log(2/δ)/m) ≤ μ₀/4, p = 2κR̄/(μ₀√m); α ≥ 1.
Kind:        upper bound; the true rate is two to five times that
Paper:       the same rate.
Ours:        the constants.
Tags:        gradient flow, convergence, width, probability, relu
"""

from wnverify import Claim, Theorem
from wnverify.bounds.dukler2020 import FLOW_G, ROOM
from wnverify.families.relu.widths import RELU_WIDTHS, alpha, delta, mu_0, rate

claim = Claim(2 * rate, ">=", mu_0, given=FLOW_G, probability=1 - delta)

theorem = Theorem(
    claim=claim,
    family=RELU_WIDTHS,
    settings={"kind": ("flow G",)},
    mutants={
        "6 times the rate": 6 * mu_0,
        "alpha^2 mu_0": 4 * alpha**2 * mu_0,
        "no condition on the residual": claim.without("small residual for the width"),
    },
    unrefutable=ROOM,
)
