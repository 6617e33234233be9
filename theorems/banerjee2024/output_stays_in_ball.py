"""Gradient descent that converges never leaves the ball of the output layer, which is assumed elsewhere.

Statement:   let β_𝓛 be taken at ρ₁ = ρ_0 + r and at the least row norm ω_0 of the start, q = 1 − ζ(2−ζ)R/(2β_𝓛),
             ζ = ηβ_𝓛, R the least ‖∇𝓛(θ_t)‖²/𝓛(θ_t) of the run. If D = 2a_L η√𝓛(θ_0)/(1 − √q) ≤ r, then
             ‖v(t) − v(0)‖ ≤ D for all t, hence ‖v(t)‖ ≤ 1 + ρ_0 + r. Checked at r = 1; nothing of the run but R is
             supposed.
Hypotheses:  full batches, constant step, no momentum, no weight decay, ζ < 2, R > 0; |φ′| ≤ 1, |φ″| ≤ β < ∞,
             ‖x_i‖₂ ≤ 1 (√d under fan_in), ‖v(0)‖₂ ≤ 1 + ρ_0.
Kind:        upper bound; tight where one step interpolates, else loose: D is the way of an endless run
Label:       theorem
Paper:       setting (abstract): the output layer lies within ρ₁ of its initialisation, which is assumed.
Relation:    conditional: the ball follows; of the later iterates only the ratio R is supposed.
Ours:        the statement. Induction: up to t the loss falls by q, so `output_drift` bounds the way to v(t+1) by r;
             the whole step then lies in the ball, where β_𝓛 bounds the curvature. Rows never shrink.
Tags:        gradient descent, convergence, output
"""

from sympy import Expr, Integer, sqrt

from wnverify import Claim, Theorem, increasing
from wnverify.bounds.banerjee2024 import contraction, drift, predictor
from wnverify.families.networks.setting import hypotheses
from wnverify.families.networks.training_run import (
    TRAINING_RUN,
    descending,
    gradient_ratio,
    input_norm,
    loss_start,
    omega,
    omega_start,
    output_drift,
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


def version(length: Expr) -> Claim:
    """The claim with another length of the way."""
    return Claim(output_drift, "<=", length, given=given, tolerance=1e-9)


short = increasing(loss_start, of=drift(step, loss_start, gradient_ratio / (1 + gradient_ratio)))

theorem = Theorem(
    claim=version(way),
    family=TRAINING_RUN,
    about_bound=[short],
    mutants={
        "a quarter of the way": version(way / 4),
        "eta for eta / (1 - sqrt(q))": version(way * (1 - sqrt(factor))),
        "it stays where it is": version(Integer(0)),
    },
    paper_says={
        "the output layer stays in the ball around its start (where the run's ratio is above R)": None,
    },
)
