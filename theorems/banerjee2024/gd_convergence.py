"""Linear convergence of gradient descent at the rate of its least gradient-to-loss ratio R, whatever α is.

Statement:   𝓛(θ_T) ≤ (1 − ζ(2−ζ)R/(2β_𝓛))^T 𝓛(θ_0) with R the least ‖∇𝓛(θ_t)‖²/𝓛(θ_t) of the run (the ratio that the
             paper monitors), ζ = ηβ_𝓛, β_𝓛 = 2G² + 2H√𝓛(θ_0); ω and ρ₁ are those of the whole run. At fixed R the
             factor falls as ω grows; longer rows alone lower R, see `ratio_gauge`.
Hypotheses:  full batches, constant step, no momentum, no weight decay, ηβ_𝓛 < 2; |φ′| ≤ 1, |φ″| ≤ β < ∞,
             ‖x_i‖₂ ≤ 1 (√d under fan_in).
Kind:        upper bound; tight to first order in η
Label:       corollary
Paper:       abstract and experiments (abstract): under suitable assumptions gradient descent converges; the ratio
             ‖∇𝓛‖²/𝓛 is monitored in training.
Relation:    conditional: the rate is stated at the least R of the run, and nothing here bounds R from below.
Ours:        the explicit factor.
Tags:        gradient descent, convergence, optimization
"""

from sympy import Expr, Symbol

from wnverify import Claim, Theorem, decreasing
from wnverify.bounds.banerjee2024 import decrease_share, predictor
from wnverify.families.networks.training_run import (
    TRAINING_RUN,
    T,
    descending,
    gradient_ratio,
    loss_next,
    loss_start,
    omega,
    step,
)

curvature = predictor().smoothness(loss_start)
share = decrease_share(step, curvature)
factor = 1 - share * gradient_ratio
given = descending(curvature)


def version(one_step: Expr, power: Expr = T) -> Claim:
    """The claim with another factor a step."""
    return Claim(loss_start, ">=", loss_next / one_step**power, given=given, tolerance=1e-9)


theorem = Theorem(
    claim=version(factor),
    family=TRAINING_RUN,
    corollary_of="banerjee2024/gd_descent",
    about_bound=[
        decreasing(omega, of=factor, given={gradient_ratio: Symbol("R", nonnegative=True)}),
        decreasing(gradient_ratio, of=factor, given={step: 1 / curvature}),
    ],
    mutants={
        "zeta(2-zeta)R/beta": version(1 - 2 * share * gradient_ratio),
        "without the quadratic term": version(1 - step * gradient_ratio),
        "one step more": version(factor, T + 1),
        "with weight decay": version(factor).without("no weight decay"),
    },
    paper_says={
        "the ratio R = ‖∇𝓛‖²/𝓛, which the experiments monitor, governs the rate: at the least R of the run": None,
    },
)
