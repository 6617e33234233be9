"""Hessian of the predictor: the paper's rate holds for φ(0) ≠ 0 too, for every depth and width.

Statement:   ‖∇²_θ f(θ;x)‖₂ ≤ 3·L³(1+ρ₁)(1+β)(1/√m + max(c0, c0²))/min(ω, ω²).
Hypotheses:  |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x‖₂ ≤ 1 (√d under fan_in), ‖v‖₂ ≤ 1 + ρ₁, all rows nonzero.
Kind:        upper bound; far above the explicit ones in deep networks
Label:       corollary
Paper:       rates (abstract): ‖∇²_θ f‖₂ is of order L³ in the depth and falls with the width and with the least row
             norm. That φ(0) adds max{c0, c0²} to 1/√m, and that ω enters as min{ω, ω²}, is our reading of the rate:
             no text that was read says so.
Relation:    other constants: with the constant 3, which is ours.
Ours:        the constant and the proof: H_a ≤ (2/√3)h + T + b with h, T and b of `depth_free/hessian_offset`. Each
             is its value at ω = 1 over ω or ω², and what the rate is in ω stands apart: there the bound is compared.
             The bound of `predictor_hessian` does not give the rate, for its term βc0²L²λ_L/√m is of order L⁴: it is
             within a constant of it for m ≥ L², and above every multiple of it as L grows at a fixed width.
Tags:        hessian, smoothness, depth, width
"""

from sympy import Integer, Min, Symbol, oo, sqrt

from wnverify import Claim, Theorem, below, decreasing, free_of, increasing, limit, order
from wnverify.bounds import banerjee2024, depth_free
from wnverify.bounds.offset import RATE_CONSTANT, hessian_rate, own_term, reach, tangential_term, uniform_curvature
from wnverify.families.networks.weight_norm import (
    DEEP_NETWORKS,
    STANDARD,
    L,
    beta,
    c0,
    d,
    hessian_norm,
    m,
    omega,
    rho,
)

rate = hessian_rate()
bound = RATE_CONSTANT * rate
widest = sqrt(2) * reach() / (sqrt(m) * omega)
pieces = 2 * own_term() / sqrt(3) + tangential_term(uniform_curvature()) + widest
x, y, z = (Symbol(name, positive=True) for name in ("h", "T", "b"))
one_network = {c0: 1, beta: 1, omega: 1, rho: 0, m: 4}

turned = below(pieces.subs(omega, 1) / Min(omega, omega**2), of=pieces)
printed = below(bound, of=pieces, given={omega: 1})
wide = order(rate, of=banerjee2024.hessian(), given={m: L**2 * m})
deep = limit(L, oo, oo, of=banerjee2024.hessian() / rate, given=one_network)

theorem = Theorem(
    claim=Claim(hessian_norm, "<=", bound, given=STANDARD),
    family=DEEP_NETWORKS,
    corollary_of="depth_free/hessian_offset",
    about_bound=[
        order(x + y + z, of=depth_free.hessian_from(x, y, z)),
        turned,
        free_of(omega, of=bound * Min(omega, omega**2)),
        printed,
        wide,
        deep,
        decreasing(omega),
        decreasing(m),
        increasing(c0),
        free_of(d),
    ],
    mutants={
        "1/m^2 for 1/sqrt(m)": bound.subs(1 / sqrt(m), 1 / m**2),
        "without the term of c0": bound.subs(c0, 0) / m,
        "without the factor (1+rho)": bound.subs(rho, Integer(0)),
        "omega for min(omega, omega^2)": bound * Min(omega, omega**2) / omega,
        "a fifth of it": bound / 5,
    },
    paper_says={
        "the Hessian is O(L³(1+ρ₁)(1/√m + max{c0, c0²})/min{ω, ω²}) (our reading; here at ω = 1)": printed,
        "(here) … and for every ω": turned,
        "(here) the first explicit bound is below that rate for widths m ≥ L² …": wide,
        "(here) … and above every multiple of it in deep networks of a fixed width; the sharper one is not": deep,
    },
)
