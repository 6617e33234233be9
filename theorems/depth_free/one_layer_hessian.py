"""Hessian of a linear network with one hidden layer: its supremum in closed form.

Statement:   ‖∇²_θ f(θ;x)‖₂ ≤ 2(b² + h²)/√(4b² + 3h²) with b = 1/(√m ω), h = (1+ρ₁)/(√m ω²).
Hypotheses:  L = 1, φ the identity, ‖x‖₂ ≤ 1 (√d under fan_in), ‖v‖₂ ≤ 1 + ρ₁, no zero row.
Kind:        upper bound, tight for every m, ω and ρ₁
Label:       theorem
Paper:       not in it.
Ours:        the statement.
References:  for the setting see banerjee2024.
Tags:        hessian, smoothness, width, depth-free

Proof. With u_i = a_i w̄_i + e_i and q the step in v, f̈ is a sum over rows; with p the sine and c the cosine of the
angle between w_i and x, row i adds at most 2b p|q_i|‖e_i‖ + h(2p|a_i|‖e_i‖ + c‖e_i‖²), since |v_i| ≤ 1 + ρ₁.
Its largest value λ over unit (q_i, a_i, e_i) solves λ² = chλ + (1−c²)(b² + h²); over c the right side is at most
(b² + h²) + h²λ²/(4(b² + h²)), reached at c = hλ/(2(b² + h²)), which is below 1. Solve for λ. ∎
Attained by one row at that angle, v on that row alone, and e_i along the part of x across it.
"""

from sympy import Integer, Rational

from wnverify import Claim, Theorem, below, decreasing, increasing
from wnverify.bounds.depth_free import CENTRED, hessian, linear_hessian, own_term
from wnverify.families.networks.weight_norm import DEEP_NETWORKS, STANDARD, L, beta, hessian_norm, m, omega, rho

bound = linear_hessian().subs(L, 1)
given = {**STANDARD, **CENTRED, "one hidden layer": (L, "<=", 1)}

theorem = Theorem(
    claim=Claim(hessian_norm, "<=", bound, given=given),
    family=DEEP_NETWORKS,
    settings={"activation": ("identity",)},
    about_bound=[decreasing(omega), decreasing(m), increasing(rho), below(hessian(), given={L: 1, beta: 0})],
    mutants={
        "0.99 of the bound": Rational(99, 100) * bound,
        "the curvature of the normalisation alone": own_term() * 2 / Integer(3) ** Rational(1, 2),
        "without the factor (1+rho)": bound.subs(rho, Integer(0)),
        "any depth": Claim(hessian_norm, "<=", bound, given={**STANDARD, **CENTRED}),
    },
)
