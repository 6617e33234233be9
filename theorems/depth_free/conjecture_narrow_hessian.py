"""Conjecture: in narrow linear networks the Hessian grows up to the third layer and no further.

Statement:   ‖∇²_θ f(θ;x)‖₂ ≤ max(k_m h, 2(b² + h²)/√(4b² + 3h²)) for every L, with b and h of
             `conjecture_linear_hessian`, k_2 = 1.2593 and k_3 = 1.1917: rounded up from (3√2 + √34)/8 = 1.25920
             and from 1.19166, the largest eigenvalues of
             [[0, 1/√m, g, 0], [1/√m, a, 0, 0], [g, 0, a/m, g], [0, 0, g, 0]]
             with a = √(1−1/m) and g = √(m−1)/m. For m ≥ 4 that eigenvalue is below 2/√3.
Hypotheses:  L ≥ 3, m = 2 or 3, φ the identity, ‖x‖₂ ≤ 1 (√d under fan_in), ‖v‖₂ ≤ 1 + ρ₁, no zero row.
Kind:        conjecture: upper bound; attained, up to the rounding, as ω → 0, from L = 3 on
Label:       conjecture
Paper:       not in it.
Ours:        conjectured, from worst-case search.
Tags:        hessian, smoothness, depth, width, depth-free, conjecture

The network that attains it as ω → 0, found by ascent: one row of W¹ across x and the others along it; one row of
W² along α¹ and the others e_1, the unit of the first row of W¹; all rows of W³ e_1; deeper ones and v along
(1, …, 1). Turned are the first row of W¹ to x, the first row of W² to e_1, its other rows to α¹, and those of W³
to these units.
The matrix above is √m times the Hessian of f on these four directions, up to sign, at ω = 1 and ρ₁ = 0.
"""

from sympy import Max, Rational, sqrt

from wnverify import Claim, Theorem, free_of
from wnverify.bounds.depth_free import CENTRED, linear_hessian, own_term
from wnverify.families.networks.weight_norm import NARROW_NETWORKS, STANDARD, L, hessian_norm, m

TWO, THREE = Rational(12593, 10000), Rational(11917, 10000)
constant = TWO + (m - 2) * (THREE - TWO)
bound = Max(constant * own_term(), linear_hessian())
given = {
    **STANDARD,
    **CENTRED,
    "three layers or more": (L, ">=", 3),
    "two rows or more": (m, ">=", 2),
    "three rows at most": (m, "<=", 3),
}

theorem = Theorem(
    claim=Claim(hessian_norm, "<=", bound, given=given),
    family=NARROW_NETWORKS,
    settings={"activation": ("identity",)},
    conjecture=True,
    about_bound=[free_of(L, given={L: L + 1})],
    mutants={
        "0.999 of it": Rational(999, 1000) * bound,
        "2/sqrt(3) at every depth": Max(2 / sqrt(3) * own_term(), linear_hessian()),
        "the constant of m = 3": Max(THREE * own_term(), linear_hessian()),
    },
)
