"""The error decays at least at the slower of two rates, g² and c.

Statement:   −(log ‖e‖)′ ≥ σ² min(rate_w g², rate_g), σ the least singular value of A; with rate_w = 1, c = rate_g:
             ‖e(t)‖ ≤ ‖e(0)‖ exp(−σ² ∫ min(g², c)).
Hypotheses:  squared loss, ‖w‖ = 1, y in the range of A.
Kind:        lower bound, tight
Label:       lemma
Paper:       the rates of the flow (abstract): the flow converges linearly, in two regimes that the size of the gain
             tells apart.
Relation:    step of its proof: at one moment.
Ours:        the explicit form, from M ⪰ min(rate_w g², rate_g) AAᵀ.
Tags:        rate, flow, least-squares
"""

from sympy import Max, Min

from wnverify import Claim, Theorem
from wnverify.families.least_squares.state import (
    LEAST_SQUARES,
    SQUARED,
    A_norm,
    decay,
    error_norm,
    g,
    rate_g,
    rate_w,
    sigma,
)

slower = Min(rate_w * g**2, rate_g)

theorem = Theorem(
    claim=Claim(decay, ">=", sigma**2 * slower, given={"some error": (error_norm, ">", 1e-6)}, tolerance=1e-9),
    family=LEAST_SQUARES,
    settings=SQUARED,
    mutants={
        "rate c always": sigma**2 * rate_g,
        "rate g^2 always": sigma**2 * rate_w * g**2,
        "the faster rate": sigma**2 * Max(rate_w * g**2, rate_g),
        "greatest singular value": A_norm**2 * slower,
    },
)
