"""Smoothness of the square loss without depth, but for the activations' curvature.

Statement:   ‖∇²𝓛(θ)‖₂ ≤ 2G†² + 2H†√𝓛(θ), G†² = max(1, κ + 1 − 1/m, (2 − 1/m)κ) (the last for L ≥ 2),
             κ = (1+ρ₁)²/(mω²), and H† of `hessian`.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x_i‖₂ ≤ 1 (√d under fan_in), ‖v‖₂ ≤ 1 + ρ₁, no zero row.
Kind:        upper bound; its first part is attained
Label:       corollary
Paper:       banerjee2024, abstract (abstract): by the form of the loss's Hessian, a small Hessian of the predictor
             makes the analysis tractable.
Relation:    stronger: for φ(0) = 0 both bounds that enter hardly know the depth.
Ours:        the statement.
References:  for the setting see banerjee2024.
Tags:        loss, hessian, smoothness, depth-free

Proof. ∇²𝓛 = (2/n)Σ(∇f_i∇f_iᵀ + (f_i − y_i)∇²f_i) and (1/n)Σ|f_i − y_i| ≤ √𝓛, with the bounds of `gradient` and
`hessian`. ∎
"""

from sympy import Integer, sqrt

from wnverify import Claim, Theorem, below, bounded_in, decreasing, free_of, increasing, limit
from wnverify.bounds import banerjee2024
from wnverify.bounds.depth_free import ACTIVATIONS, CENTRED, gradient_squared, hessian, predictor
from wnverify.bounds.square_loss_proofs import loss_hessian as loss_hessian_steps
from wnverify.families.networks.regression import REGRESSION, STANDARD, L, c0, loss, loss_hessian_norm, n, omega, rho

bound = predictor().smoothness(loss)

theorem = Theorem(
    claim=Claim(loss_hessian_norm, "<=", bound, given={**STANDARD, **CENTRED}),
    family=REGRESSION,
    corollary_of=("depth_free/gradient", "depth_free/hessian"),
    settings=ACTIVATIONS,
    about_bound=[
        decreasing(omega),
        increasing(rho),
        increasing(loss),
        free_of(n),
        bounded_in(L, of=gradient_squared()),
        below(banerjee2024.gradient_squared(), of=gradient_squared(), given={c0: 0}),
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
)
