"""Hessian of the predictor: grows with depth, falls with width and with the minimum weight norm.

Statement:   ‖∇²_θ f(θ;x)‖₂ ≤ (C + √(C² + 4b²))/2 with a = 1 + (L−1)√m c0, b = a√L/(√m ω),
             C = (1+ρ₁){β a² [(1 − m^{-1/2}) + λ_L m^{-1/2}]/(mω²) + (2/√3) a/(√m ω²) + a(L−1)/(mω²)},
             λ_L = 1/(4 sin²(π/(4L+2))).
Hypotheses:  |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x‖₂ ≤ 1 (√d under fan_in), ‖v‖₂ ≤ 1 + ρ₁, all rows nonzero.
Kind:        upper bound; within 1 % of tight for the identity at L = 1
Label:       theorem
Paper:       abstract and rates (abstract): the spectral norm of ∇²_θ f is bounded, in terms of the width and of the
             weight normalization terms: of order L³, falling with the width and with the least row norm.
Relation:    other constants: all of them explicit; at φ(0) ≠ 0 it gives the rate for m ≥ L² only, see
             `predictor_hessian_rate_offset`.
Ours:        the explicit constants.
Tags:        hessian, smoothness, depth, width
"""

from sympy import Integer, Min, sqrt

from wnverify import Claim, Step, Theorem, decreasing, free_of, increasing, order
from wnverify.bounds.banerjee2024 import cross_term, hessian, hessian_from, hidden_term, hidden_terms
from wnverify.families.networks.weight_norm import (
    STANDARD,
    WEIGHT_NORM,
    L,
    beta,
    c0,
    cross_hessian_norm,
    d,
    hessian_norm,
    hidden_hessian_norm,
    m,
    omega,
    rho,
)

own_norm, turning, bent_norm = WEIGHT_NORM.symbols("own_hessian_norm cross_term_norm bent_hessian_norm")
b = cross_term()
paper_rate = L**3 * (1 + rho) * (1 + beta) / (sqrt(m) * Min(omega, omega**2))

own, cross, bent = hidden_terms()
pieces = own_norm + turning + bent_norm

weights, width = decreasing(omega), decreasing(m, given={c0: 0})

theorem = Theorem(
    claim=Claim(hessian_norm, "<=", hessian(), given=STANDARD),
    family=WEIGHT_NORM,
    about_bound=[
        weights,
        width,
        increasing(rho),
        free_of(d),
        order(paper_rate, given={c0: 0}),
    ],
    mutants={
        "without the factor (1+rho)": hessian_from(hidden_term(radius=Integer(1)), b),
        "1/m for 1/sqrt(m)": hessian_from(hidden_term(own=2 / sqrt(3) / sqrt(m)), b / sqrt(m)),
        "omega for omega^2": hessian_from(hidden_term(scale=omega), b),
        "1 for 2/sqrt(3)": hessian_from(hidden_term(own=Integer(1)), b),
        "without b": hidden_term(),
    },
    steps=[
        Step(
            "the form [[0, b], [b, C]] in (‖q‖, ‖U‖), b and C the norms of the blocks",
            hessian_norm,
            "<=",
            hessian_from(hidden_hessian_norm, cross_hessian_norm),
            given=[],
        ),
        Step("‖α̇^L‖ ≤ Σ_k ‖U^k‖a_{k−1}/(√mω), and Cauchy–Schwarz over the layers", cross_hessian_norm, "<=", b),
        Step("triangle inequality: rows, turning rows, activations", hidden_hessian_norm, "<=", pieces, given=[]),
        Step("sup‖D²N(w)[u, u]‖ = 2/(√3‖w‖²) for N(w) = w/‖w‖", own_norm, "<=", own),
        Step("2‖U^l‖‖α̇^{l−1}‖/(√mω) a layer, as if all layers could be large at once", turning, "<=", cross),
        Step("ż = p + r, ‖r‖_∞ ≤ m^{−1/2}‖α̇^{l−1}‖; λ_L for Σ_l (Σ_{k≤l} t_k)²", bent_norm, "<=", bent),
    ],
    paper_says={
        "the spectral norm of the Hessian of WeightNorm networks is bounded": None,
        "the bound depends on the network width: it falls as the width grows, where φ(0) = 0": width,
        "the bound depends on the weight normalization terms: it falls as the minimum weight norm grows": weights,
    },
)
