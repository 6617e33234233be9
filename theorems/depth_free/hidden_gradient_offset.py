"""Gradient in the hidden layers for φ(0) ≠ 0: depth enters through the size of the activations alone.

Statement:   Σ_l ‖∂f/∂W^l‖_F² ≤ min(L, 2)·a²κ with a = 1 + (L−1)√m c0 and κ = (1+ρ₁)²/(mω²).
Hypotheses:  |φ′| ≤ 1, ‖x‖₂ ≤ 1 (√d under fan_in), ‖v‖₂ ≤ 1 + ρ₁, equal hidden widths, no zero row.
Kind:        upper bound; attained at L = 1, loose in depth for softplus, whose activations grow as log L
Label:       theorem
Paper:       not in it.
Ours:        the statement; `banerjee2024/hidden_gradient` has the sum of all a_l², l < L, in place of 2a².
Tags:        gradient, depth, width, depth-free

Proof. In the notation of wnverify/bounds/depth_free.py, (1) of `hidden_gradient` knows nothing of φ(0):
Y_{l−1} ≤ Y_l(1 − |σ_l − t_l|), so Y_l grows with l, and mω²‖∂f/∂W^l‖² ≤ X_{l−1}Y_l t_l ≤ Y_L X_{l−1}σ_l +
X_{l−1}(Y_l − Y_{l−1}). The last terms sum to at most a²Y_L. With c = √m c0, x_l = ‖α^l‖ ≤ a_l = 1 + lc and
x_l ≤ c + x_{l−1}√(1−σ_l). If x_l ≥ c then X_{l−1}(1−σ_l) ≥ (x_l−c)², so
    X_{l−1}σ_l ≤ X_{l−1} − X_l + 2c a_l − c²;
if x_l < c this holds too, as X_l ≤ c² ≤ 2c a_l − c². The sum over l < L is at most
X_0 − X_{L−1} + 2c(L−1) + c²(L−1)² ≤ a² − X_{L−1}, and the last layer adds at most X_{L−1}. For L = 1 the sum is
X_0 Y_1 t_1 ≤ Y_1. ∎
By duality ‖α̇^l‖ and ‖ż^l‖ ≤ √min(L, 2)·aη along any direction, η² = Σ‖U^l‖²/(mω²).
"""

from sympy import Integer, sqrt

from wnverify import Claim, Theorem, below, decreasing, free_of, increasing
from wnverify.bounds import banerjee2024
from wnverify.bounds.offset import hidden_gradient_squared, reach
from wnverify.families.networks.weight_norm import (
    DEEP_NETWORKS,
    LIPSCHITZ,
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
    family=DEEP_NETWORKS,
    about_bound=[
        decreasing(omega),
        decreasing(m),
        increasing(rho),
        increasing(c0),
        free_of(d),
        free_of(L, given={c0: 0, L: L + 1}),
        below(2 * banerjee2024.hidden_gradient_squared(), of=hidden_gradient_squared(), given={c0: 0}),
    ],
    mutants={
        "without the offset": bound / reach(),
        "1/m for 1/sqrt(m)": bound / sqrt(m),
        "without the factor (1+rho)": bound.subs(rho, Integer(0)),
        "0.9 of it, and one layer's share": bound * Integer(9) / 10 / sqrt(L),
    },
)
