"""Hessian of the logistic loss: a quarter of G², and H times the loss itself.

Statement:   ‖∇²𝓛(θ)‖₂ ≤ G²/4 + H𝓛(θ) for 𝓛 = (1/n)Σ log(1 + e^{−s_i f(θ; x_i)}), s_i = ±1, G and H the bounds on the
             predictor's gradient and Hessian: near interpolation only G²/4 is left, linearly in 𝓛.
Hypotheses:  |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x_i‖₂ ≤ 1 (√d under fan_in), ‖v‖₂ ≤ 1 + ρ₁, all rows nonzero.
Kind:        upper bound; attained up to the slack of G and H
Label:       corollary
Paper:       abstract (abstract): by the form of the loss's Hessian, a small Hessian of the predictor makes the
             analysis tractable; for the square loss.
Relation:    stronger: for the logistic loss, 𝓛 in place of √𝓛.
Ours:        the statement; |ℓ′| = 1 − e^{−ℓ} ≤ ℓ and ℓ″ ≤ 1/4.
Tags:        loss, hessian, smoothness, classification
"""

from sympy import Rational

from wnverify import Claim, Theorem, decreasing, free_of, increasing, limit
from wnverify.bounds.banerjee2024 import predictor
from wnverify.families.networks.other_losses import (
    OTHER_LOSSES,
    c0,
    input_norm,
    loss,
    loss_hessian_norm,
    m,
    n,
    omega,
    omega_start,
)
from wnverify.families.networks.setting import hypotheses

parts = predictor()
quarter = Rational(1, 4)
bound = parts.smoothness_of(quarter, loss).subs(omega, omega_start)

theorem = Theorem(
    claim=Claim(loss_hessian_norm, "<=", bound, given=hypotheses(input_norm, omega_start)),
    family=OTHER_LOSSES,
    about_bound=[
        decreasing(omega_start),
        decreasing(m, given={c0: 0}),
        increasing(loss),
        free_of(n),
        limit(loss, 0, parts.gradient_squared.subs(omega, omega_start) / 4),
    ],
    settings={"loss": ("logistic",)},
    mutants={
        "without H*loss": parts.smoothness_of(quarter, 0 * loss).subs(omega, omega_start),
        "1/8 for 1/4": parts.smoothness_of(quarter / 2, loss).subs(omega, omega_start),
        "a third of the loss": parts.smoothness_of(quarter, loss / 3).subs(omega, omega_start),
    },
    paper_says={
        "(here) the curvature of the logistic loss is G²/4 where it is small": None,
    },
    corollary_of="banerjee2024/loss_hessian_any_loss",
)
