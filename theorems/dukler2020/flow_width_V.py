"""Wide networks with α ≤ 1 converge at the rate λ₀/α² of the direction kernel.

Statement:   with probability ≥ 1 − δ over u, for every y with R₀ = |f(0) − y| ≤ R̄: |f(t) − y|² ≤ exp(−λ₀t/α²) R₀².
Hypotheses:  m ≥ 32κ² log(2n/δ)/λ₀; n(16τ + 2.625 log(n(n+1)/δ)/m) ≤ λ₀/4, τ = 2κR̄/(λ₀√m); α ≤ 1.
Kind:        upper bound; the true rate is about twice that
Label:       theorem
Paper:       theorem on the flow for V (recollection): for α < 1 and m of the order n⁴ log(n/δ)/λ₀⁴, |f(t) − y|² ≤
             e^{−λ₀t/α²} |f(0) − y|² with probability 1 − δ.
Relation:    other constants: the rate as printed; the width is of the printed order at κ² = n, and less by κ²/n
             otherwise.
Ours:        the constants.
Tags:        gradient flow, convergence, width, probability, relu
"""

from sympy import Add, Rational

from wnverify import Claim, Theorem, below, order
from wnverify.bounds.dukler2020 import ELL, ENOUGH_V, FLOW_V, ROOM, WORST, tau
from wnverify.families.relu.widths import RELU_WIDTHS, alpha, delta, lambda_0, m, n, rate

# What the paper asks for, but for a constant; ours is smaller by κ²/n ≤ 1.
printed = n**4 * ELL / lambda_0**4
reach = tau(lambda_0).subs(m, ENOUGH_V["residual"])
turns = Rational(21, 8) * 2 * ELL / ENOUGH_V["turns"]

claim = Claim(2 * rate, ">=", lambda_0 / alpha**2, given=FLOW_V, probability=1 - delta)

theorem = Theorem(
    claim=claim,
    family=RELU_WIDTHS,
    settings={"kind": ("flow V",)},
    about_bound=[
        order(printed, of=Add(*ENOUGH_V.values()), given=WORST),
        below(lambda_0 / 8, of=16 * n * reach),
        below(lambda_0 / 8, of=n * turns),
        below(4 * n**2 / delta**2, of=n * (n + 1) / delta),
    ],
    mutants={
        "2.5 times the rate": Rational(5, 2) * lambda_0 / alpha**2,
        "no condition on the residual": claim.without("small residual for the width"),
        "alpha forgotten, and any alpha": claim.without("alpha at most 1").with_bound(lambda_0),
    },
    unrefutable=ROOM,
    paper_says={
        "two-layer ReLU networks under weight normalisation converge globally: the flow, α ≤ 1, rate λ₀/α²": None,
        "(first version) there are two regimes of convergence: that of the directions": None,
    },
)
