"""Rademacher complexity for odd activations: no depth, no width, no logarithm, and the best constant.

Statement:   the empirical Rademacher complexity of {f(θ; ·): ‖v‖₂ ≤ 1 + ρ₁} on x_1, …, x_n is at most
             (1+ρ₁)√(Σ‖x_i‖²)/n ≤ (1+ρ₁) max‖x_i‖/√n. Measured from below: the mean over all 2ⁿ sign vectors of the
             best (1/n) Σ ε_i f(θ; x_i) that the search reaches; beyond n = 8 a lower confidence limit of that mean,
             from a sample of the sign vectors.
Hypotheses:  φ odd, |φ′| ≤ 1, equal hidden widths (‖x_i‖ in units of √d under fan_in).
Kind:        upper bound, tight for every L and m
Label:       theorem
Paper:       banerjee2024, rates (abstract): generalization is of order √L/√n, by the Rademacher complexity of
             WeightNorm networks.
Relation:    stronger: for odd activations the depth does not enter.
Ours:        the statement.
References:  compare the √L of banerjee2024.
Tags:        generalization, rademacher, depth, width, depth-free

Proof. ψ(s) = √m φ(s/√m) is odd and 1-Lipschitz. The units g^l(x) = ψ(⟨w, α^{l−1}(x)⟩) have α^{l−1} = (g_1, …, g_m)/√m
and ‖w‖ = 1, so ⟨w, α^{l−1}⟩ = Σ(w_j/√m)g_j with Σ|w_j|/√m ≤ 1: the class G_l of units is in ψ∘absconv(G_{l−1}).
Contraction without absolute values costs no factor, R(ψ∘F) ≤ R(F), and R(absconv G) = R(G) where G = −G, as it is
here because ψ is odd. So R(G_L) ≤ R(⟨w, ·⟩, ‖w‖ = 1) = E‖Σ ε_i x_i‖/n, and f is in (1+ρ₁)absconv(G_L). ∎
Attained by the identity with one sample or orthonormal ones, where ‖Σ ε_i x_i‖ = √n for all signs, with all rows
of a layer alike; by tanh and sin in the limit of small inputs. Of an activation that is not odd the two signs make
two classes, a factor of 2 a layer enters, and the √L of `banerjee2024/rademacher` stands.
"""

from sympy import Integer, Rational, sqrt

from wnverify import Claim, Step, Theorem, below, free_of, increasing
from wnverify.bounds.banerjee2024 import complexity
from wnverify.bounds.depth_free import odd_complexity
from wnverify.families.networks.rademacher import (
    RADEMACHER,
    L,
    c0,
    d,
    input_norm,
    input_reach,
    m,
    n,
    rademacher,
    rho,
    slope,
)

bound = odd_complexity(n) * input_norm

theorem = Theorem(
    claim=Claim(rademacher, "<=", bound, given={"1-Lipschitz activation": (slope, "<=", 1)}),
    family=RADEMACHER,
    settings={"activation": ("identity", "tanh", "sin")},
    about_bound=[
        free_of(L),
        free_of(m),
        free_of(d),
        increasing(rho),
        below(complexity(n), of=odd_complexity(n), given={c0: 0}),
    ],
    mutants={
        "without the factor (1+rho)": bound.subs(rho, Integer(0)),
        "0.95 of it": Rational(19, 20) * bound,
        "1/n for 1/sqrt(n)": bound / sqrt(n),
        "half of it": bound / 2,
        "falling with depth": bound / sqrt(L),
    },
    steps=[
        Step(
            "φ odd: G_l is in ψ∘absconv(G_{l−1}), which costs nothing, and E‖Σε_i x_i‖ ≤ (Σ‖x_i‖²)^{1/2}",
            rademacher,
            "<=",
            (1 + rho) * input_reach,
        ),
        Step("the largest for every ‖x_i‖", input_reach, "<=", input_norm / sqrt(n), given=[]),
    ],
    unrefutable={"oddness dropped": "the proof needs it, but no network is known that breaks the bound without it"},
)
