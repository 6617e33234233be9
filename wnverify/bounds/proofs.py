"""Parts of proofs that several theorems share, and proofs too long for a theorem file; see `wnverify.steps`."""

from __future__ import annotations

import sympy
from sympy import Integer, sqrt

from wnverify.bounds import banerjee2024, depth_free
from wnverify.families.networks.setting import beta, m
from wnverify.families.networks.weight_norm import (
    WEIGHT_NORM,
    cross_hessian_norm,
    hessian_norm,
    hidden_gradient_norm,
    omega,
    rho,
)
from wnverify.steps import Step

layer_reach, activation_reach, angle_reach, angle_recursion, row_curvature, turning, bent = WEIGHT_NORM.symbols(
    "layer_reach activation_reach angle_reach angle_recursion row_curvature cross_term_norm bent_hessian_norm"
)
FIRST, ROWS = "1-Lipschitz activation", "no zero row"


def layer_by_layer() -> list[Step]:
    """‖∇_W f‖₂ ≤ (1+ρ₁)(Σ_l a_{l−1}²)^{1/2}/(√m ω)."""
    last = sqrt(banerjee2024.hidden_gradient_squared()) * sqrt(m) * omega / (1 + rho)
    return [
        Step(
            "‖DN(w)‖ ≤ 1/‖w‖ for N(w) = w/‖w‖, and |φ′| ≤ 1",
            hidden_gradient_norm,
            "<=",
            layer_reach / (sqrt(m) * omega),
            given=[FIRST, ROWS],
        ),
        Step(
            "‖∂f/∂α^l‖ ≤ ‖v‖: every layer is 1-Lipschitz",
            layer_reach,
            "<=",
            (1 + rho) * activation_reach,
            given=[FIRST],
        ),
        Step("‖α^l‖ ≤ a_l", activation_reach, "<=", last),
    ]


def by_angles(least: sympy.Expr) -> list[Step]:
    """‖∇_W f‖₂ ≤ (1+ρ₁)√S/(√m ω), by the angles of the rows with the activations that reach them.

    Args:
        least: S, which bounds Σ x_{l−1} y_l t_l.
    """
    return [
        Step(
            "∂f/∂w_i = c_i m^{−1/2}(α − ⟨w̄_i, α⟩w̄_i)/‖w_i‖, and ‖w_i‖ ≥ ω",
            hidden_gradient_norm,
            "<=",
            angle_reach / (sqrt(m) * omega),
            given=[ROWS],
        ),
        Step(
            "(1) and (2): ‖α^l‖² ≤ x_l and ‖∂f/∂α^l‖² ≤ ‖v‖²y_l",
            angle_reach,
            "<=",
            (1 + rho) * sqrt(angle_recursion),
        ),
        Step("the invariant S ≤ min(m(1−x), 2 − 1/m − x), by (3)", angle_recursion, "<=", least, given=[]),
    ]


def depth_free_hessian() -> list[Step]:
    """‖∇²_θ f‖₂ ≤ H†, by the norms of the pieces of the Hessian."""
    curved = beta * depth_free.activation_curvature() * (1 + rho) / (m * omega**2)
    return [
        Step(
            "only the own term knows the radial parts of the rows: see `hessian_from`",
            hessian_norm,
            "<=",
            depth_free.hessian_from(row_curvature, turning + bent, cross_hessian_norm),
            given=[],
        ),
        Step("⟨q, α̇^L⟩ ≤ √S‖q‖η: `hidden_gradient` with q for v", cross_hessian_norm, "<=", depth_free.cross_term()),
        Step("|c_i| ≤ ‖v‖ and ‖α^l‖ ≤ 1", row_curvature, "<=", depth_free.own_term()),
        Step("r⁴‖A_2^L‖² ≤ Π(1 + r²η_l²), the best r", turning, "<=", depth_free.tangential_term(Integer(0))),
        Step("ż² = p² + r(ż + p) with ‖r‖_∞ ≤ ‖α̇^{l−1}‖/√m", bent, "<=", curved),
    ]
