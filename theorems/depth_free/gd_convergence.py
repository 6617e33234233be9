"""Linear convergence of gradient descent at a rate that hardly knows the depth.

Statement:   𝓛(θ_T) ≤ (1 − ζ(2−ζ)R/(2β†))^T 𝓛(θ_0) with R the least ‖∇𝓛(θ_t)‖²/𝓛(θ_t) of the run,
             β† = 2G†² + 2H†√𝓛(θ_0) (G†, H† of `gradient`, `hessian`), ζ = ηβ†; ω and ρ₁ are those of the whole run.
             At fixed R the factor falls as ω grows; longer rows alone lower R, see `banerjee2024/ratio_gauge`.
Hypotheses:  full batches, constant step, no momentum, no weight decay, ηβ† < 2; φ(0) = 0, |φ′| ≤ 1,
             |φ″| ≤ β < ∞, ‖x_i‖₂ ≤ 1 (√d under fan_in).
Kind:        upper bound; tight to first order in η
Label:       corollary
Paper:       banerjee2024, abstract (abstract): under suitable assumptions gradient descent converges.
Relation:    conditional: stated at the least R of the run; the step and the rate hardly know the depth.
Ours:        the statement.
References:  see banerjee2024 (linear convergence).
Tags:        gradient descent, convergence, optimization, depth-free

Proof. That of `banerjee2024/gd_convergence`: β† bounds the curvature of 𝓛 wherever 𝓛 ≤ 𝓛(θ_0), by `loss_hessian`,
so each step lowers 𝓛 by η(1 − ηβ†/2)‖∇𝓛‖². As β† ≤ β_𝓛, larger steps are allowed than there. ∎
"""

from sympy import Expr, Max, Symbol

from wnverify import Claim, Theorem, decreasing
from wnverify.bounds.banerjee2024 import decrease_share
from wnverify.bounds.depth_free import ACTIVATIONS, CENTRED, predictor
from wnverify.families.networks.training_run import (
    STANDARD,
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
given = descending(curvature, {**STANDARD, **CENTRED})


def version(one_step: Expr, power: Expr = T) -> Claim:
    """The claim with another factor a step."""
    return Claim(loss_next, "<=", Max(0, one_step, evaluate=False) ** power * loss_start, given=given, tolerance=1e-9)


theorem = Theorem(
    claim=version(factor),
    family=TRAINING_RUN,
    corollary_of="depth_free/loss_hessian",
    settings=ACTIVATIONS,
    about_bound=[decreasing(omega, of=factor, given={gradient_ratio: Symbol("R", nonnegative=True)})],
    mutants={
        "zeta(2-zeta)R/beta": version(1 - 2 * share * gradient_ratio),
        "without the quadratic term": version(1 - step * gradient_ratio),
        "one step more": version(factor, T + 1),
        "with weight decay": version(factor).without("no weight decay"),
    },
)
