"""Hessian of the predictor: the paper's rate with its constant, and a depth exponent that is smaller by one.

Statement:   ‖∇²_θ f(θ;x)‖₂ ≤ 2·L³(1+ρ₁)(1+β)/(√m min{ω, ω²}) when φ(0) = 0: the paper claims this rate with some
             constant; the explicit bound of `predictor_hessian` is below it with the constant 2, and with L² for L³.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x‖₂ ≤ 1 (√d under fan_in), ‖v‖₂ ≤ 1 + ρ₁, all rows nonzero.
Kind:        upper bound; far above the explicit one in deep networks
Label:       corollary
Paper:       rates (abstract): ‖∇²_θ f‖₂ is of order L³ in the depth and falls with the width and with the least row
             norm. That ω enters as min{ω, ω²} is our reading of the rate: no text that was read says so.
Relation:    special case: φ(0) = 0, with the constant 2.
Ours:        the constant, found and proved here.
Tags:        hessian, smoothness, depth, width
"""

from sympy import Integer, Min, oo, sqrt

from wnverify import Claim, Theorem, below, bounded_in, decreasing, free_of, limit, order
from wnverify.bounds.banerjee2024 import hessian, hessian_rate
from wnverify.families.networks.weight_norm import STANDARD, WEIGHT_NORM, L, c0, d, hessian_norm, m, omega, rho

zero = {c0: 0}
bound = 2 * hessian_rate()

rate = order(hessian_rate(), of=hessian(), given=zero)
sharper = below(bound / L, of=hessian(), given=zero)
depth = limit(L, oo, 0, of=hessian() / 2**L)

theorem = Theorem(
    claim=Claim(hessian_norm, "<=", bound, given={**STANDARD, "activation without offset": (c0, "=", 0)}),
    family=WEIGHT_NORM,
    corollary_of="banerjee2024/predictor_hessian",
    about_bound=[
        rate,
        sharper,
        bounded_in(L, of=hessian() / L**2, given=zero),
        depth,
        decreasing(omega),
        decreasing(m),
        free_of(d),
    ],
    settings={"activation": ("tanh", "sin", "identity", "softplus0")},
    mutants={
        "1/m^2 for 1/sqrt(m)": bound * sqrt(m) / m**2,
        "without the factor (1+rho)": bound.subs(rho, Integer(0)),
        "omega^2 for min(omega, omega^2)": bound * Min(omega, omega**2) / omega**2,
        "omega for min(omega, omega^2)": bound * Min(omega, omega**2) / omega,
        "a third of it": bound / 3,
    },
    paper_says={
        "the Hessian is O(L³(1+ρ₁)/(√m min{ω, ω²})) when φ(0) = 0 (our reading of the rate)": rate,
        "the Hessian does not grow exponentially with depth (the bound over 2^L tends to 0)": depth,
        "(here) the explicit bound is below twice that rate, even with L² for L³": sharper,
    },
)
