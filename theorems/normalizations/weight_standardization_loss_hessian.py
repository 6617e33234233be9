"""Weight standardization: the Hessian of the square loss.

Statement:   ‖∇²_θ 𝓛‖₂ ≤ 2G² + 2H√𝓛, 𝓛 = (1/n) Σ(f(x_i) − y_i)², with G as in `weight_standardization_gradient` and H
             the bound of `weight_standardization_hessian`.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x_i‖₂ ≤ 1, equal widths, no row that vanishes when it is
             centred (or ε > 0).
Kind:        upper bound
Label:       corollary
Paper:       not in it.
Ours:        the statement: that of banerjee2024 with G and H of this normalization.
Tags:        loss, hessian, smoothness, weight standardization

Proof. ∇²𝓛 = (2/n) Σ(∇f_i∇f_iᵀ + (f_i − y_i)∇²f_i) with ‖∇²f_i‖₂ ≤ H, and (1/n) Σ|f_i − y_i| ≤ √𝓛. ∎
"""

from wnverify import Theorem, decreasing
from wnverify.bounds.depth_free import cross_term, gradient_squared, hessian_from, own_term, tangential_term
from wnverify.bounds.square_loss import hessian_parts
from wnverify.families.networks.weight_norm import omega as plain
from wnverify.families.normalizations.square_loss import STANDARDIZED_LOSS

V, omega, m = STANDARDIZED_LOSS.symbols("norm_v omega_c m")
h, T, b = (term.subs(plain, omega) for term in (own_term(V), tangential_term(radius=V), cross_term()))
H = hessian_from(h, T, b)

theorem = Theorem(
    **hessian_parts(
        STANDARDIZED_LOSS,
        (gradient_squared(V**2 / (m * omega**2)), H),
        about=[decreasing(omega)],
        wrong={"1/m² for 1/m in κ": (gradient_squared(V**2 / (m * omega) ** 2), H)},
        corollary_of=[
            "normalizations/weight_standardization_gradient",
            "normalizations/weight_standardization_hessian",
        ],
    )
)
