"""Gradient descent of wide networks with α ≤ 1 contracts by 1 − ηλ₀/(2α²) in every step.

Statement:   with probability ≥ 1 − δ over u, for every y with R₀ = |f(0) − y| ≤ R̄: |r(s)| ≤ (1 − ηλ₀/(2α²))^s R₀
             for all s.
Hypotheses:  m ≥ 32κ² log(4n/δ)/λ₀; n(16τ + 10 log(n(n+3)/δ)/m) ≤ λ₀/8; m B_d(2α²τ) ≤ δ/4; η ≤ 4α²/(9κ²); α ≤ 1; d ≥
             3.
Kind:        upper bound; the true rate is about twice that
Label:       theorem
Paper:       theorem on descent for V (recollection): for α < 1, wide networks and η of the order 1/|Λ|₂, |f(s) − y|²
             ≤ (1 − ηλ₀/(2α²))^s |f(0) − y|² with probability 1 − δ; its exact condition on η could not be read.
Relation:    other constants: the rate is that of |r|, so that |r|² falls twice as fast; the width and η are explicit.
Ours:        the constants. The condition on short neurons costs a power of 1/δ, where the flow needs log(1/δ) only.
Tags:        gradient descent, convergence, width, probability, relu
"""

from wnverify import Claim, Theorem
from wnverify.bounds.dukler2020 import DESCENT_V, ROOM
from wnverify.families.relu.widths import RELU_WIDTHS, alpha, delta, lambda_0, step_rate

claim = Claim(step_rate, ">=", lambda_0 / (2 * alpha**2), given=DESCENT_V, probability=1 - delta)

theorem = Theorem(
    claim=claim,
    family=RELU_WIDTHS,
    settings={"kind": ("descent V",)},
    mutants={
        "1.5 omega": 3 * lambda_0 / (2 * alpha**2),
        "no condition on the residual": claim.without("small residual for the width").without("no short u"),
    },
    unrefutable=ROOM,
    paper_says={
        "(first version) batch gradient descent with a fixed step converges from a random start: α ≤ 1": None,
    },
)
