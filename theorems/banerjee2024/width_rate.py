"""Width and the rate of convergence: at ζ = 1 the contraction factor falls with width, to a limit.

Statement:   with η = 1/β_𝓛 each step contracts the loss by 1 − R/(2β_𝓛), R = ‖∇𝓛‖²/𝓛, and the distance to the best
             loss in reach by 1 − α/β_𝓛. When φ(0) = 0, β_𝓛 falls and α grows with m, so both factors fall; their
             limits as m → ∞ are 1 − R/4 and 1 − κ²R/4. Checked on runs with ½ ≤ ηβ_𝓛 ≤ 3/2, where ζ(2−ζ) ≥ ¾.
Hypotheses:  full batches, constant step, no momentum, no weight decay; |φ′| ≤ 1, |φ″| ≤ β < ∞, φ(0) = 0,
             ‖x_i‖₂ ≤ 1 (√d under fan_in).
Kind:        upper bound
Paper:       an open question.
Ours:        the answer.
Tags:        gradient descent, convergence, width
"""

from sympy import Expr, Rational, oo

from wnverify import Claim, Theorem, decreasing, increasing, limit
from wnverify.bounds.banerjee2024 import decrease_share, predictor
from wnverify.families.networks.regression_pairs import distance, kappa
from wnverify.families.networks.training_run import (
    FULL_BATCH,
    STANDARD,
    TRAINING_RUN,
    T,
    c0,
    gradient_ratio,
    loss_next,
    loss_start,
    m,
    step,
    step_spread,
)

curvature = predictor().smoothness(loss_start)
alpha = predictor().restricted_convexity(kappa, gradient_ratio, loss_start, distance)
by_ratio, by_alpha = 1 - gradient_ratio / (2 * curvature), 1 - alpha / curvature
zero = {c0: 0}
given = {
    **FULL_BATCH,
    **STANDARD,
    "activation without offset": (c0, "=", 0),
    "constant step": (step_spread, "=", 0),
    "step at least 1/(2 beta)": (step * curvature, ">=", Rational(1, 2)),
    "step at most 3/(2 beta)": (step * curvature, "<=", Rational(3, 2)),
}


def version(share: Expr) -> Claim:
    """The claim with another share of R/(2β_𝓛) a step."""
    factor = 1 - share * gradient_ratio / (2 * curvature)
    return Claim(loss_start, ">=", loss_next / factor**T, given=given, tolerance=1e-9)


width = decreasing(m, of=by_ratio, given=zero)
wide = limit(m, oo, 1 - gradient_ratio / 4, of=by_ratio, given=zero)

theorem = Theorem(
    claim=version(Rational(3, 4)),
    family=TRAINING_RUN,
    about_bound=[
        decreasing(m, of=curvature, given=zero),
        increasing(m, of=alpha, given=zero),
        width,
        wide,
        limit(m, oo, 1 - kappa**2 * gradient_ratio / 4, of=by_alpha, given=zero),
        decreasing(step, of=-decrease_share(step, curvature), given={step: step / (step + 1) / curvature}),
    ],
    settings={"activation": ("tanh", "sin", "identity", "gelu")},
    mutants={"R/beta for R/(2 beta)": version(Rational(2)), "3R/(4 beta) for 3R/(8 beta)": version(Rational(3, 2))},
    paper_says={
        "open question: how does the rate depend on the width? (the factor 1 − R/(2β_𝓛) falls)": width,
        "(here) the contraction factor tends to 1 − R/4 as the width grows": wide,
    },
)
