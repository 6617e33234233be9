"""Weight standardization: the Hessian is that of weight normalization, with centred rows.

Statement:   ‖∇²_θ f(θ;x)‖₂ ≤ max(λ₂, min(λ₁, 2h)) of `depth_free/hessian` with ω² = min(‖Cw‖² + ε) over all rows,
             and V = ‖v‖ for 1 + ρ₁, C = I − 11ᵀ/m, for w̃ = Cw/√(‖Cw‖² + ε) and ε ≥ 0.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x‖₂ ≤ 1, equal widths, no row that vanishes when it is
             centred (or ε > 0).
Kind:        upper bound; attained for L = 1 in the limits of V/ω
Label:       theorem
Paper:       not in it.
Ours:        the statement.
Tags:        hessian, smoothness, depth, depth-free, weight standardization

Proof. As in `weight_standardization_hidden_gradient`: f is a network with weight normalization, in rows that depend
on θ through an affine map with a linear part of norm at most 1. ∎
"""

from sympy import Integer, sqrt

from wnverify import Claim, Theorem, decreasing, increasing
from wnverify.bounds.depth_free import cross_term, hessian_from, own_term, tangential_term
from wnverify.families.networks.weight_norm import omega as plain
from wnverify.families.normalizations.weight_standardization import WEIGHT_STANDARDIZATION

hessian, V, omega, m = WEIGHT_STANDARDIZATION.symbols("hessian_norm norm_v omega_c m")
h, T, b = own_term(V), tangential_term(radius=V), cross_term()
rows = hessian_from(h, T, b)
h, T, b = (term.subs(plain, omega) for term in (h, T, b))
bound = hessian_from(h, T, b)

theorem = Theorem(
    claim=Claim(hessian, "<=", bound),
    family=WEIGHT_STANDARDIZATION,
    about_bound=[decreasing(omega), increasing(V)],
    mutants={
        "rows that are not centred": rows,
        "without b": hessian_from(h, T, Integer(0)),
        "without V": hessian_from(h / V, T / V, b),
        "1/m for 1/√m in b": hessian_from(h, T, b / sqrt(m)),
    },
)
