"""Hessian of the square loss: twice G² and, away from interpolation, twice H times the root of the loss.

Statement:   ‖∇²𝓛(θ)‖₂ ≤ 2G² + 2H√𝓛(θ) = β_𝓛, G and H the bounds on the predictor's gradient and Hessian.
Hypotheses:  |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x_i‖₂ ≤ 1 (√d under fan_in), ‖v‖₂ ≤ 1 + ρ₁, all rows nonzero.
Kind:        upper bound; attained up to the slack of G and H
Label:       corollary
Paper:       abstract (abstract): by the form of the loss's Hessian, a small Hessian of the predictor makes the
             analysis tractable.
Relation:    other constants: that of the predictor enters with the factor 2√𝓛.
Ours:        the explicit constants.
Tags:        loss, hessian, smoothness
"""

from sympy import Integer, sqrt

from wnverify import Claim, Theorem, decreasing, free_of, increasing, limit
from wnverify.bounds.banerjee2024 import gradient_squared, hessian, predictor
from wnverify.bounds.square_loss_proofs import loss_hessian as loss_hessian_steps
from wnverify.families.networks.regression import REGRESSION, STANDARD, c0, loss, loss_hessian_norm, m, n, omega, rho

bound = predictor().smoothness(loss)

theorem = Theorem(
    claim=Claim(loss_hessian_norm, "<=", bound, given=STANDARD),
    family=REGRESSION,
    corollary_of=("banerjee2024/predictor_gradient", "banerjee2024/predictor_hessian"),
    about_bound=[
        decreasing(omega),
        decreasing(m, given={c0: 0}),
        increasing(rho),
        increasing(loss),
        free_of(n),
        limit(loss, 0, 2 * gradient_squared()),
    ],
    mutants={
        "without 2H*sqrt(loss)": 2 * gradient_squared(),
        "without 2G^2": 2 * hessian() * sqrt(loss),
        "1 for 2 before G^2": gradient_squared() + 2 * hessian() * sqrt(loss),
        "1/n of it": bound / n,
        "without the factor (1+rho)": bound.subs(rho, Integer(0)),
    },
    steps=loss_hessian_steps(predictor()),
    paper_says={
        "a small Hessian of the predictor makes the Hessian of the loss tractable: it enters times √𝓛": None,
    },
)
