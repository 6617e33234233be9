"""Linear convergence of gradient descent from what is known at the start, and the gradient-to-loss ratio.

Statement:   let β_𝓛 be taken at ρ₁ = ρ_0 + r and at the least row norm ω_0 of the start, q = 1 − ζ(2−ζ)R/(2β_𝓛),
             ζ = ηβ_𝓛, R the least ‖∇𝓛(θ_t)‖²/𝓛(θ_t) of the run. If 2a_L η√𝓛(θ_0)/(1 − √q) ≤ r, then
             𝓛(θ_T) ≤ q^T 𝓛(θ_0). Checked at r = 1; nothing of the run but R is supposed.
Hypotheses:  full batches, constant step, no momentum, no weight decay, ζ < 2, R > 0; |φ′| ≤ 1, |φ″| ≤ β < ∞,
             ‖x_i‖₂ ≤ 1 (√d under fan_in), ‖v(0)‖₂ ≤ 1 + ρ_0.
Kind:        upper bound; tight to first order in η
Label:       corollary
Paper:       abstract (recollection): gradient descent converges linearly, with iterates in the ball of the output
             layer.
Relation:    stronger: the iterates stay in that ball by themselves; of them only the ratio R is supposed.
Ours:        the statement; by `output_stays_in_ball` the constants of `gd_convergence` are those of the start.
Tags:        gradient descent, convergence, optimization
"""

from sympy import Expr, Integer

from wnverify import Claim, Theorem, decreasing
from wnverify.bounds.banerjee2024 import contraction, drift, predictor
from wnverify.families.networks.setting import hypotheses
from wnverify.families.networks.training_run import (
    TRAINING_RUN,
    T,
    descending,
    gradient_ratio,
    input_norm,
    loss_next,
    loss_start,
    omega,
    omega_start,
    rho,
    rho_start,
    step,
)

reach = Integer(1)
curvature = predictor().smoothness(loss_start).subs({rho: rho_start + reach, omega: omega_start})
factor = contraction(step, curvature, gradient_ratio)
way = drift(step, loss_start, factor)
given = {
    **descending(curvature, hypotheses(input_norm, omega_start)),
    "gradient above zero": (gradient_ratio, ">", 0),
    "the way is short": (way, "<=", reach),
}


def version(one_step: Expr, power: Expr = T) -> Claim:
    """The claim with another factor a step."""
    return Claim(loss_start, ">=", loss_next / one_step**power, given=given, tolerance=1e-9)


theorem = Theorem(
    claim=version(factor),
    family=TRAINING_RUN,
    about_bound=[
        decreasing(omega_start, of=factor),
        decreasing(gradient_ratio, of=factor, given={step: 1 / curvature}),
    ],
    mutants={
        "zeta(2-zeta)R/beta": version(2 * factor - 1),
        "one step more": version(factor, T + 1),
        "without the quadratic term": version(1 - step * gradient_ratio),
        "with weight decay": version(factor).without("no weight decay"),
    },
    paper_says={
        "gradient descent converges linearly (where the way is short; the ball need not be supposed)": None,
    },
    corollary_of=("banerjee2024/gd_convergence", "banerjee2024/output_stays_in_ball"),
)
