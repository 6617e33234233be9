"""Hessian of any loss: G² times the curvature of the loss, and H times its mean slope.

Statement:   ‖∇²𝓛(θ)‖₂ ≤ bG² + H·(1/n)Σ|ℓ′_i| for 𝓛 = (1/n)Σ ℓ(f(θ; x_i), y_i) with |ℓ″| ≤ b, G and H the bounds on
             the predictor's gradient and Hessian. Checked for the logistic, the pseudo-Huber, the log-cosh and the
             square loss, at θ of a pair with ρ₁ of both its ends.
Hypotheses:  |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x_i‖₂ ≤ 1 (√d under fan_in), ‖v‖₂ ≤ 1 + ρ₁, all rows nonzero.
Kind:        upper bound; attained up to the slack of G and H
Label:       corollary
Paper:       abstract (abstract): by the form of the loss's Hessian, a small Hessian of the predictor makes the
             analysis tractable; for the square loss.
Relation:    stronger: for any loss, its own slope in place of 2√𝓛.
Ours:        the statement.
Tags:        loss, hessian, smoothness
"""

from sympy import Rational

from wnverify import Claim, Theorem, decreasing, free_of, increasing, limit
from wnverify.bounds.banerjee2024 import predictor
from wnverify.families.networks.other_losses import (
    OTHER_LOSSES,
    c0,
    distance,
    input_norm,
    loss_hessian_norm,
    m,
    most_curved,
    omega,
    omega_start,
    rho,
    slope_mean,
)
from wnverify.families.networks.setting import hypotheses

parts = predictor()
bound = parts.smoothness_of(most_curved, slope_mean).subs(omega, omega_start)

theorem = Theorem(
    claim=Claim(loss_hessian_norm, "<=", bound, given=hypotheses(input_norm, omega_start)),
    family=OTHER_LOSSES,
    about_bound=[
        decreasing(omega_start),
        decreasing(m, given={c0: 0}),
        increasing(rho),
        increasing(slope_mean),
        free_of(distance),
        limit(slope_mean, 0, most_curved * parts.gradient_squared.subs(omega, omega_start)),
    ],
    mutants={
        "without H*mean|l'|": parts.smoothness_of(most_curved, 0 * slope_mean).subs(omega, omega_start),
        "without bG^2": parts.smoothness_of(0, slope_mean).subs(omega, omega_start),
        "b/2 for b": parts.smoothness_of(most_curved / 2, slope_mean).subs(omega, omega_start),
        "a third of the slope": parts.smoothness_of(most_curved, slope_mean * Rational(1, 3)).subs(
            omega, omega_start
        ),
        "1 for b": parts.smoothness_of(1, slope_mean).subs(omega, omega_start),
    },
    paper_says={
        "(here) a small Hessian of the predictor makes that of any loss tractable: it enters times the slope": None,
    },
    corollary_of=("banerjee2024/predictor_gradient", "banerjee2024/predictor_hessian"),
)
