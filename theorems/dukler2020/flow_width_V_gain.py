"""Wide networks with α ≤ 1 move their gains by at most α²τ.

Statement:   with probability ≥ 1 − δ over u, for every y with |f(0) − y| ≤ R̄: |g_k(t) − g_k(0)| ≤ α²τ =
             2α²κR̄/(λ₀√m) for all k and t; of order α² and m^{-1/2}.
Hypotheses:  m ≥ 32κ² log(2n/δ)/λ₀; n(16τ + 2.625 log(n(n+1)/δ)/m) ≤ λ₀/4, τ = 2κR̄/(λ₀√m); α ≤ 1.
Kind:        upper bound; the true movement is up to half of it
Label:       corollary
Paper:       theorem on the flow for V (recollection): along the flow of a wide network parameters stay near the
             initialisation.
Relation:    other constants: an explicit distance of the gains; it falls with α² and m^{-1/2}.
Ours:        the constants.
Tags:        gradient flow, movement, width, probability, relu
"""

from sympy import oo, sqrt

from wnverify import Claim, Theorem, decreasing, limit
from wnverify.bounds.dukler2020 import FLOW_V, ROOM, tau
from wnverify.families.relu.widths import RELU_WIDTHS, alpha, delta, gain_shift, lambda_0, m

shift = alpha**2 * tau(lambda_0)

claim = Claim(gain_shift, "<=", shift, given=FLOW_V, probability=1 - delta)

theorem = Theorem(
    claim=claim,
    family=RELU_WIDTHS,
    settings={"kind": ("flow V",)},
    about_bound=[decreasing(m), limit(m, oo, 0), limit(alpha, 0, 0)],
    mutants={
        "alpha^5 for alpha^2": alpha**3 * shift,
        "1/m for 1/sqrt(m)": shift / sqrt(m),
        "a fifth of it": shift / 5,
    },
    unrefutable=ROOM,
    corollary_of=("dukler2020/flow_width_V", "dukler2020/flow_gain_shift"),
)
