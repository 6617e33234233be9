"""Conjecture: the Hessian of a linear network does not know its depth, beyond the second layer.

Statement:   ‖∇²_θ f(θ;x)‖₂ ≤ 2(b² + h²)/√(4b² + 3h²) with b = √(2 − 1/m)/(√m ω) and
             h = (1+ρ₁)/(√m ω²). As ω → 0 the hidden layers decide, and it says √m ω²‖∇²_W f‖ ≤ (2/√3)(1+ρ₁).
Hypotheses:  L ≥ 2, m ≥ 2, and L = 2 or m ≥ 4; φ the identity, ‖x‖₂ ≤ 1 (√d under fan_in), ‖v‖₂ ≤ 1 + ρ₁, no zero row.
Kind:        conjecture: upper bound; attained in both limits of (1+ρ₁)/ω
Label:       conjecture
Paper:       not in it.
Ours:        conjectured, from worst-case search; proved for L = 1, see `one_layer_hessian`, and so for m = 1, where
             every deeper row is a sign.
Tags:        hessian, smoothness, depth, width, depth-free, conjecture
"""

from sympy import Integer, Max, Min, Rational

from wnverify import Claim, Theorem, below, decreasing, free_of
from wnverify.bounds.depth_free import CENTRED, cross_term, hessian, linear_hessian, own_term
from wnverify.families.networks.weight_norm import NARROW_NETWORKS, STANDARD, L, beta, hessian_norm, m

bound = linear_hessian()
wide = Min(L - 2, Max(4 - m, 0))
given = {
    **STANDARD,
    **CENTRED,
    "two layers or more": (L, ">=", 2),
    "two rows or more": (m, ">=", 2),
    "wide or shallow": (wide, "<=", 0),
}

theorem = Theorem(
    claim=Claim(hessian_norm, "<=", bound, given=given),
    family=NARROW_NETWORKS,
    settings={"activation": ("identity",)},
    conjecture=True,
    about_bound=[free_of(L, given={L: L + 1}), decreasing(m), below(hessian(), given={beta: 0})],
    mutants={
        "0.99 of it": Rational(99, 100) * bound,
        "without the output layer": own_term() * 2 / Integer(3) ** Rational(1, 2),
        "without the normalisation's curvature": cross_term(),
        "deep and narrow as well": Claim(hessian_norm, "<=", bound, given={**STANDARD, **CENTRED}),
    },
)
