"""Width and the rate of convergence: at ζ = 1 and at fixed R the contraction factor falls with width, to a limit.

Statement:   with η = 1/β_𝓛 each step contracts the loss by 1 − R/(2β_𝓛), R = ‖∇𝓛‖²/𝓛, and the distance to the best
             loss in reach by 1 − α/β_𝓛. When φ(0) = 0, β_𝓛 falls with m, and at fixed R α grows with m, so that both
             factors fall; their limits as m → ∞ are 1 − R/4 and 1 − κ²R/4. But 4G², which bounds R, falls with m
             too. Checked on runs with ½ ≤ ηβ_𝓛 ≤ 3/2, where ζ(2−ζ) ≥ ¾.
Hypotheses:  full batches, constant step, no momentum, no weight decay; |φ′| ≤ 1, |φ″| ≤ β < ∞, φ(0) = 0,
             ‖x_i‖₂ ≤ 1 (√d under fan_in).
Kind:        upper bound
Label:       corollary
Paper:       open questions (abstract): how the rate of convergence depends on the width.
Relation:    conditional: the factor falls at fixed R, and what bounds R, 4G², falls with the width as well.
Ours:        the answer.
Tags:        gradient descent, convergence, width
"""

from sympy import Expr, Rational, Symbol, oo

from wnverify import Claim, Theorem, decreasing, increasing, limit
from wnverify.bounds.banerjee2024 import decrease_share, gradient_squared, predictor
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
R = Symbol("R", nonnegative=True)
zero, at_fixed_ratio = {c0: 0}, {c0: 0, gradient_ratio: R}
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


width = decreasing(m, of=by_ratio, given=at_fixed_ratio)
wide = limit(m, oo, 1 - R / 4, of=by_ratio, given=at_fixed_ratio)
ceiling = decreasing(m, of=4 * gradient_squared(), given=zero)

theorem = Theorem(
    claim=version(Rational(3, 4)),
    family=TRAINING_RUN,
    corollary_of="banerjee2024/gd_convergence",
    about_bound=[
        decreasing(m, of=curvature, given=zero),
        increasing(m, of=alpha, given=at_fixed_ratio),
        width,
        wide,
        ceiling,
        limit(m, oo, 1 - kappa**2 * R / 4, of=by_alpha, given=at_fixed_ratio),
        decreasing(step, of=-decrease_share(step, curvature), given={step: step / (step + 1) / curvature}),
    ],
    settings={"activation": ("tanh", "sin", "identity", "gelu")},
    mutants={"R/beta for R/(2 beta)": version(Rational(2)), "3R/(4 beta) for 3R/(8 beta)": version(Rational(3, 2))},
    paper_says={
        "open question: how does the rate depend on the width? (at fixed R the factor 1 − R/(2β_𝓛) falls, …)": width,
        "(here) … to 1 − R/4, at fixed R, as the width grows, …": wide,
        "(here) … but what bounds R, 4G², falls as the width grows": ceiling,
    },
)
