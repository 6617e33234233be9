"""Wide networks with α ≥ 1 converge at the rate μ₀ of the gain kernel.

Statement:   with probability ≥ 1 − δ over u, for every y with R₀ = |f(0) − y| ≤ R̄: |f(t) − y|² ≤ exp(−μ₀t) R₀².
Hypotheses:  m(1−B) ≥ 32κ² log(2n/δ)/μ₀; κ²(3p E(1/|u|)/α² + (7/6) log(2/δ)/m) + 3Bμ₀/4 ≤ μ₀/4, p = 2κR̄/(μ₀√m),
             B = B_d(p), which bounds P(|u| < p); α ≥ 1.
Kind:        upper bound; the true rate is two to five times that
Label:       theorem
Paper:       theorem on the flow for G (recollection): for α > 1 and m of the order max{n⁴ log(n/δ)/(α⁴μ₀⁴), n²
             log(n/δ)/μ₀²}, |f(t) − y|² ≤ e^{−μ₀t} |f(0) − y|² with probability 1 − δ.
Relation:    other constants: the rate as printed; the width is of the printed order at κ² = n and d = 2, and no more
             otherwise.
Ours:        the constants, and that short neurons cost a factor 1 − B only, as lengths and directions are
             independent.
Tags:        gradient flow, convergence, width, probability, relu
"""

from sympy import Add, Rational

from wnverify import Claim, Theorem, below, order
from wnverify.bounds.dukler2020 import ELL, ENOUGH_G, FLOW_G, ROOM, WORST, small_ball, tau
from wnverify.families.relu.widths import RELU_WIDTHS, alpha, d, delta, kappa, m, mean_inverse, mu_0, n, rate

# What the paper asks for, but for a constant: a sum is at most twice the maximum.
printed = ELL * (n**4 / (alpha**4 * mu_0**4) + n**2 / mu_0**2)
turned = 3 * tau(mu_0).subs(m, ENOUGH_G["residual"]) * mean_inverse / alpha**2
turns = Rational(7, 6) * ELL / ENOUGH_G["turns"]
short = small_ball(tau(mu_0).subs(m, ENOUGH_G["short neurons"]), d)

claim = Claim(2 * rate, ">=", mu_0, given=FLOW_G, probability=1 - delta)

theorem = Theorem(
    claim=claim,
    family=RELU_WIDTHS,
    settings={"kind": ("flow G",)},
    about_bound=[
        order(printed, of=Add(*ENOUGH_G.values()), given=WORST),
        below(mu_0 / 16, of=kappa**2 * turned),
        below(mu_0 / 16, of=kappa**2 * turns),
        below(Rational(1, 6), of=short, given={d: 2}),
        below(Rational(1, 6), of=short),
    ],
    mutants={
        "6 times the rate": 6 * mu_0,
        "alpha^2 mu_0": 4 * alpha**2 * mu_0,
        "no condition on the residual": claim.without("small residual for the width").without("concentration"),
    },
    unrefutable=ROOM,
    paper_says={
        "two-layer ReLU networks under weight normalisation converge globally: the flow, α ≥ 1, rate μ₀": None,
        "(first version) there are two regimes of convergence: that of the gains": None,
    },
)
