"""Gradient in the hidden layers: no depth at all, with the exact constant 2 − 1/m.

Statement:   Σ_l ‖∂f/∂W^l‖_F² ≤ (2 − 1/m)κ for every L ≥ 2, and ≤ κ for L = 1, with κ = (1+ρ₁)²/(mω²).
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, ‖x‖₂ ≤ 1 (√d under fan_in), ‖v‖₂ ≤ 1 + ρ₁, equal hidden widths, no zero row.
Kind:        upper bound, tight for every L and m
Label:       theorem
Paper:       not in it.
Ours:        the statement.
References:  for the setting see banerjee2024, where the sum grows as L.
Tags:        gradient, depth, width, depth-free

Proof. In the notation of wnverify/bounds/depth_free.py, split every unit row into its part along α^{l−1} and
the rest, and use Cauchy-Schwarz once with the weights c and once without:
    (1)  Y_{l−1} = ‖Σ c_i w̄_i‖²/m ≤ Y_l (min(1−σ_l, 1−t_l) + min(σ_l, t_l)) = Y_l (1 − |σ_l − t_l|).
By |φ(z)| ≤ |z|: (2) X_l ≤ X_{l−1}(1 − σ_l). One row's sine bounds t: (3) t_l ≤ max s_i² ≤ mσ_l.
And mω²‖∂f/∂W^l‖² ≤ X_{l−1} Y_l t_l. Let X_0 = Y_L = 1, x the product of the 1 − σ and S the sum of the first
layers, each seen from the last of them; a further layer (σ, t) makes S′ = (1 − |σ−t|)S + xt, x′ = (1−σ)x.
    Invariant: S ≤ h(x) = min(m(1−x), 2 − 1/m − x), true at the start, where (S, x) = (0, 1).
S′ is largest at t = σ, or, if S < x, at t = min(1, mσ). At t = σ, S + x is kept, and h falls with a slope of
at least 1. At t = mσ ≤ 1, S′ ≤ S + mσx gives the first half of h; for the second S′ + x′ = (1−e)S + (1+e)x with
e = (m−1)σ ≤ 1 − 1/m is linear, and at the corners (1, 1−1/m), (0, 1), (2−1/m, 0) of {S ≤ h} it is
2 − 1/m − e/m, 1 + e and (1−e)(2−1/m). At t = 1 ≤ mσ, S′ + x′ = σS + (2−σ)x is 2 − 2/m + σ/m, 2 − σ and
σ(2−1/m) there. None is above 2 − 1/m, so S ≤ 2 − 1/m. For L = 1 the sum is t ≤ 1. ∎
Attained by the identity for every L ≥ 2: one row of W¹ across x and the others along x, all rows of W² equal
to e_1, all deeper rows equal to (1, …, 1)/√m, v along (1, …, 1).
"""

from sympy import Integer, Rational, oo, sqrt

from wnverify import Claim, Theorem, below, bounded_in, decreasing, free_of, increasing, limit
from wnverify.bounds import banerjee2024
from wnverify.bounds.depth_free import CENTRED, SUPREMUM, hidden_gradient_squared, step
from wnverify.bounds.proofs import by_angles
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
paper = sqrt(banerjee2024.hidden_gradient_squared())

theorem = Theorem(
    claim=Claim(hidden_gradient_norm, "<=", bound, given={**LIPSCHITZ, **CENTRED}),
    family=DEEP_NETWORKS,
    about_bound=[
        free_of(L, given={L: L + 1}),
        bounded_in(L),
        decreasing(omega),
        decreasing(m),
        increasing(rho),
        free_of(d),
        below(paper, given={c0: 0}),
        limit(m, oo, sqrt(2) * (1 + rho) / omega, of=sqrt(m) * bound, given={L: L + 1}),
    ],
    mutants={
        "1 for 2 - 1/m": sqrt(step()),
        "2 - 2/m for 2 - 1/m": bound * sqrt((2 - 2 / m) / (2 - 1 / m)),
        "0.999 of the bound": Rational(999, 1000) * bound,
        "1/m for 1/sqrt(m)": bound / sqrt(m),
        "without the factor (1+rho)": bound.subs(rho, Integer(0)),
        "phi(0) = 0 dropped": Claim(hidden_gradient_norm, "<=", bound, given=LIPSCHITZ),
    },
    steps=by_angles(SUPREMUM),
)
