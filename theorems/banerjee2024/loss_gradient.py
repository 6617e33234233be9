"""Gradient of the square loss: at most 2G times the root of the loss.

Statement:   ‖∇𝓛(θ)‖₂ ≤ 2G√𝓛(θ), 𝓛 = (1/n) Σ (f(θ; x_i) − y_i)², G the bound on the predictor's gradient.
Hypotheses:  |φ′| ≤ 1, ‖x_i‖₂ ≤ 1 (√d under fan_in), ‖v‖₂ ≤ 1 + ρ₁, all rows nonzero.
Kind:        upper bound; attained up to the slack of G, by equal samples with equal residuals
Label:       corollary
Paper:       abstract (recollection): convergence rests on bounds of the gradient and of the Hessian of the loss.
Relation:    step of its proof: with explicit constants.
Ours:        the explicit constants.
Tags:        loss, gradient
"""

from sympy import Integer, sqrt

from wnverify import Claim, Theorem, decreasing, free_of, increasing
from wnverify.bounds.banerjee2024 import gradient_squared, hidden_gradient_squared, predictor
from wnverify.bounds.square_loss_proofs import loss_gradient as loss_gradient_steps
from wnverify.families.networks.regression import (
    LIPSCHITZ,
    REGRESSION,
    c0,
    loss,
    loss_gradient_norm,
    m,
    n,
    omega,
    rho,
)

G = sqrt(gradient_squared())
bound = 2 * G * sqrt(loss)

theorem = Theorem(
    claim=Claim(loss_gradient_norm, "<=", bound, given=LIPSCHITZ),
    family=REGRESSION,
    corollary_of="banerjee2024/predictor_gradient",
    about_bound=[decreasing(omega), decreasing(m, given={c0: 0}), increasing(rho), free_of(n)],
    mutants={
        "1 for 2": G * sqrt(loss),
        "sqrt(2) for 2": sqrt(2) * G * sqrt(loss),
        "1/n of it": bound / n,
        "loss for its root": 2 * G * loss,
        "without the output layer": 2 * sqrt(hidden_gradient_squared()) * sqrt(loss),
        "without the factor (1+rho)": bound.subs(rho, Integer(0)),
    },
    steps=loss_gradient_steps(predictor()),
)
