"""Gradient descent of wide networks with α ≥ 1 contracts by 1 − ημ₀/2 in every step.

Statement:   with probability ≥ 1 − δ over u, for every y with R₀ = |f(0) − y| ≤ R̄: |r(s)| ≤ (1 − ημ₀/2)^s R₀ for
             all s.
Hypotheses:  m ≥ 32κ² log(4n/δ)/μ₀; √n κ(7p/α² + 11 log(2(n+1)/δ)/m) ≤ μ₀/4, p = 2κR̄/(μ₀√m); m B_d(2p) ≤ δ/4; η ≤
             4/(9κ²); α ≥ 1; d ≥ 3.
Kind:        upper bound; the true rate is two to five times that
Label:       theorem
Paper:       theorem on descent for G (recollection): for α > 1, wide networks and η of the order 1/|Λ|₂, |f(s) − y|²
             ≤ (1 − ημ₀/2)^s |f(0) − y|² with probability 1 − δ; its exact condition on η could not be read.
Relation:    other constants: the rate is that of |r|, so that |r|² falls twice as fast; the width and η are explicit.
Ours:        the constants. The condition on short neurons costs a power of 1/δ, where the flow needs log(1/δ) only.
Tags:        gradient descent, convergence, width, probability, relu
"""

from wnverify import Claim, Theorem
from wnverify.bounds.dukler2020 import DESCENT_G, ROOM
from wnverify.families.relu.widths import RELU_WIDTHS, alpha, delta, mu_0, step_rate

claim = Claim(step_rate, ">=", mu_0 / 2, given=DESCENT_G, probability=1 - delta)

theorem = Theorem(
    claim=claim,
    family=RELU_WIDTHS,
    settings={"kind": ("descent G",)},
    mutants={
        "3 omega": 3 * mu_0,
        "alpha^2 mu_0": 2 * alpha**2 * mu_0,
    },
    unrefutable=ROOM,
    paper_says={
        "(first version) batch gradient descent with a fixed step converges from a random start: α ≥ 1": None,
    },
)
