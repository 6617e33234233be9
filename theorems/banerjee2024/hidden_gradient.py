"""Gradient in the hidden layers: (1+ρ₁)√L/(√m ω) when φ(0) = 0.

Statement:   ‖∇_W f‖₂² ≤ (1+ρ₁)²/(mω²) Σ_{l=0}^{L−1} a_l², a_l = 1 + l√m c0; each block
             ‖∂f/∂W^l‖_F ≤ (1+ρ₁) a_{l−1}/(√m ω) contributes one summand.
Hypotheses:  |φ′| ≤ 1, ‖x‖₂ ≤ 1 (√d under fan_in), ‖v‖₂ ≤ 1 + ρ₁, all rows nonzero.
Kind:        upper bound; attained at L = 1, loose in depth
Label:       lemma
Paper:       abstract (recollection): convergence rests on bounds of the gradient and of the Hessian.
Relation:    step of its proof: derived here, the paper's own lemma was not read.
Ours:        the explicit constants.
Tags:        gradient, depth, width
"""

from sympy import Integer, sqrt

from wnverify import Claim, Theorem, decreasing, free_of, increasing, sublinear
from wnverify.bounds.banerjee2024 import hidden_gradient_squared
from wnverify.bounds.proofs import layer_by_layer
from wnverify.families.networks.weight_norm import (
    LIPSCHITZ,
    WEIGHT_NORM,
    L,
    c0,
    d,
    hidden_gradient_norm,
    m,
    omega,
    rho,
)

bound = sqrt(hidden_gradient_squared())

theorem = Theorem(
    claim=Claim(hidden_gradient_norm, "<=", bound, given=LIPSCHITZ),
    family=WEIGHT_NORM,
    about_bound=[decreasing(omega), increasing(rho), sublinear(L, given={c0: 0}), free_of(d)],
    mutants={
        "without the factor (1+rho)": bound.subs(rho, Integer(0)),
        "1/m for 1/sqrt(m)": bound / sqrt(m),
        "omega^2 for omega": bound / omega,
        "0.9 of the bound": Integer(9) / 10 * bound,
    },
    steps=layer_by_layer(),
)
