"""Rademacher complexity: √L in depth, free of width and of all norms but the output layer's.

Statement:   the empirical Rademacher complexity of {f(θ; ·): ‖v‖₂ ≤ 1 + ρ₁} on x_1, …, x_n is at most
             (1+ρ₁)(√(2L log 2) + 1)/√n, plus (1+ρ₁)L√m c0/√n if φ(0) ≠ 0. Measured from below: the mean over all 2ⁿ
             sign vectors of the best (1/n) Σ ε_i f(θ; x_i) that the search reaches; beyond n = 8 a lower confidence
             limit of that mean, from a sample of the sign vectors.
Hypotheses:  |φ′| ≤ 1, ‖x_i‖₂ ≤ 1 (√d under fan_in).
Kind:        upper bound; loose by a factor of about 2.2 at L = 1
Label:       theorem
Paper:       rates (abstract): generalization is of order √L/√n, by the Rademacher complexity of WeightNorm networks.
Relation:    other constants: all of them explicit.
Ours:        the constants.
References:  peeling in the exponent after Golowich, Rakhlin and Shamir, arXiv:1712.06541.
Tags:        generalization, rademacher, depth, width
"""

from sympy import Integer, log, oo, sqrt

from wnverify import Claim, Step, Theorem, free_of, limit, order, sublinear
from wnverify.bounds.banerjee2024 import complexity
from wnverify.families.networks.rademacher import LIPSCHITZ, RADEMACHER, L, c0, d, input_reach, m, n, rademacher, rho

bound = complexity(n)
zero = {c0: 0}

width = free_of(m, given=zero)
rate = order((1 + rho) * sqrt(L) / sqrt(n), given=zero)

theorem = Theorem(
    claim=Claim(rademacher, "<=", bound, given=LIPSCHITZ),
    family=RADEMACHER,
    about_bound=[
        width,
        free_of(d),
        sublinear(L, given=zero),
        rate,
        limit(L, oo, (1 + rho) * sqrt(2 * log(2)) / sqrt(n), of=bound.subs(c0, 0) / sqrt(L)),
    ],
    mutants={
        "1/n for 1/sqrt(n)": bound / sqrt(n),
        "without the factor (1+rho)": bound.subs(rho, Integer(0)),
        "1/m of it": bound / m,
        "a third of it": bound / 3,
        "without the term of c0": bound.subs(c0, 0),
    },
    steps=[
        Step(
            "a layer costs a factor 2 inside E exp(λ·), and adds √m|φ(0)|; the best λ",
            rademacher,
            "<=",
            (1 + rho) * ((sqrt(2 * L * log(2)) + 1) * input_reach + L * sqrt(m) * c0 / sqrt(n)),
        ),
        Step("‖x_i‖ ≤ 1", input_reach, "<=", 1 / sqrt(n)),
    ],
    paper_says={
        "the complexity does not depend on the width": width,
        "the complexity is O(√L/√n)": rate,
    },
)
