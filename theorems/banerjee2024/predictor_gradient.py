"""Gradient of the predictor: the output layer's share is free of depth, the hidden layers' is L/(mω²).

Statement:   ‖∇_θ f‖₂ ≤ G, G² = a_L² + (1+ρ₁)²/(mω²) Σ_{l=0}^{L−1} a_l², a_l = 1 + l√m c0.
Hypotheses:  |φ′| ≤ 1, ‖x‖₂ ≤ 1 (√d under fan_in), ‖v‖₂ ≤ 1 + ρ₁, all rows nonzero.
Kind:        upper bound; attained up to 7 % by the identity at L = 1
Label:       lemma
Paper:       abstract (recollection): convergence rests on bounds of the gradient and of the Hessian.
Relation:    step of its proof: derived here, the paper's own lemma was not read.
Ours:        the explicit constants.
Tags:        gradient, depth, width
"""

from sympy import Integer, sqrt

from wnverify import Claim, Step, Theorem, decreasing, free_of, increasing, order
from wnverify.bounds.banerjee2024 import activation_norm, gradient_squared, hidden_gradient_squared
from wnverify.bounds.proofs import layer_by_layer
from wnverify.families.networks.weight_norm import (
    LIPSCHITZ,
    WEIGHT_NORM,
    L,
    c0,
    d,
    gradient_norm,
    gradient_norm_v,
    hidden_gradient_norm,
    m,
    omega,
    rho,
)

hidden = hidden_gradient_squared()

theorem = Theorem(
    claim=Claim(gradient_norm, "<=", sqrt(gradient_squared()), given=LIPSCHITZ),
    family=WEIGHT_NORM,
    about_bound=[
        decreasing(omega),
        decreasing(m, given={c0: 0}),
        increasing(rho),
        increasing(L),
        free_of(d),
        order(sqrt(1 + L * (1 + rho) ** 2 / (m * omega**2)), given={c0: 0}),
    ],
    mutants={
        "without a_L^2": sqrt(hidden),
        "without the hidden layers": activation_norm(L),
        "without (1+rho)^2": sqrt(activation_norm(L) ** 2 + hidden.subs(rho, Integer(0))),
        "1/m^2 for 1/m": sqrt(activation_norm(L) ** 2 + hidden / m),
        "omega for omega^2": sqrt(activation_norm(L) ** 2 + hidden * omega),
    },
    steps=[
        Step("both blocks of parameters", gradient_norm, "=", sqrt(gradient_norm_v**2 + hidden_gradient_norm**2)),
        Step("∂f/∂v = α^L, and a layer adds at most √m·|φ(0)|", gradient_norm_v, "<=", activation_norm(L)),
        *layer_by_layer(),
    ],
)
