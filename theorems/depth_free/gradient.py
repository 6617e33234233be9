"""Gradient of the predictor: the exact supremum over all networks of a depth, width and minimum weight norm.

Statement:   ‖∇_θ f‖₂² ≤ max(1, κ + 1 − 1/m, (2 − 1/m)κ), the last only for L ≥ 2, with κ = (1+ρ₁)²/(mω²).
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, ‖x‖₂ ≤ 1 (√d under fan_in), ‖v‖₂ ≤ 1 + ρ₁, equal hidden widths, no zero row.
Kind:        upper bound, tight for every L, m and κ
Label:       theorem
Paper:       not in it.
Ours:        the statement.
References:  for the setting see banerjee2024, where the sum grows as L.
Tags:        gradient, depth, width, depth-free

Proof. ∂f/∂v = α^L, so ‖∇_θ f‖² = X_L + ‖∇_W f‖². The proof of `hidden_gradient` shows more than that theorem:
with x bounding X_L, ‖∇_W f‖² ≤ κ·min(m(1−x), 2 − 1/m − x). So ‖∇_θ f‖² ≤ x + κ·min(m(1−x), 2 − 1/m − x), a
concave, piecewise linear function of x in [0, 1]: its largest value is at x = 1, 1 − 1/m or 0, the three
terms of the maximum. For L = 1 it is x + κ·min(m(1−x), 1), with the value κ at x = 0, below the second term. ∎
Attained by the identity: all rows along the activations and v along α^L (1); the same, but one row of the
last layer across, and v on that row alone (κ + 1 − 1/m); the network of `hidden_gradient` ((2 − 1/m)κ).
"""

from sympy import Integer, Min, Rational, sqrt

from wnverify import Claim, Step, Theorem, below, bounded_in, decreasing, free_of, increasing
from wnverify.bounds import banerjee2024
from wnverify.bounds.depth_free import (
    BEYOND_FIRST,
    CENTRED,
    SUPREMUM,
    gradient_squared,
    hidden_gradient_squared,
    step,
)
from wnverify.bounds.proofs import by_angles
from wnverify.families.networks.weight_norm import (
    DEEP_NETWORKS,
    LIPSCHITZ,
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

bound, x = sqrt(gradient_squared()), DEEP_NETWORKS.symbols("last_activation")
least = Min(m * (1 - x), SUPREMUM - x * BEYOND_FIRST, evaluate=False)

theorem = Theorem(
    claim=Claim(gradient_norm, "<=", bound, given={**LIPSCHITZ, **CENTRED}),
    family=DEEP_NETWORKS,
    about_bound=[
        free_of(L, given={L: L + 1}),
        bounded_in(L),
        decreasing(omega),
        decreasing(m),
        increasing(rho),
        free_of(d),
        below(sqrt(banerjee2024.gradient_squared()), given={c0: 0}),
    ],
    mutants={
        "the hidden layers alone": sqrt(hidden_gradient_squared()),
        "the output layer alone": Integer(1),
        "0.999 of the bound": Rational(999, 1000) * bound,
        "1/m for 1/sqrt(m)": sqrt(gradient_squared(step() / m)),
        "without the factor (1+rho)": bound.subs(rho, Integer(0)),
        "phi(0) = 0 dropped": Claim(gradient_norm, "<=", bound, given=LIPSCHITZ),
    },
    steps=[
        Step("both blocks of parameters", gradient_norm, "=", sqrt(gradient_norm_v**2 + hidden_gradient_norm**2)),
        Step("∂f/∂v = α^L, and (2): ‖α^L‖² ≤ x_L", gradient_norm_v, "<=", sqrt(x)),
        *by_angles(least),
        Step("concave and piecewise linear in x: largest at 0, 1 − 1/m or 1", sqrt(x + least * step()), "<=", bound),
    ],
)
