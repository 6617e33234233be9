"""Lipschitz constant in the input: neither depth nor width enters.

Statement:   ‖∇_x f(θ;x)‖₂ ≤ 1 + ρ₁ (divided by √d under fan_in).
Hypotheses:  |φ′| ≤ 1, ‖v‖₂ ≤ 1 + ρ₁, all rows nonzero.
Kind:        upper bound; attained by the identity with aligned rows
Label:       lemma
Paper:       rates (recollection): the product of the layers' Jacobians contributes a factor of one, whatever depth
             and width.
Relation:    step of its proof: with the output layer's norm.
Tags:        gradient, input, depth, width
"""

from sympy import Integer, sqrt

from wnverify import Claim, Step, Theorem, free_of, increasing
from wnverify.families.networks.weight_norm import (
    LIPSCHITZ,
    WEIGHT_NORM,
    L,
    input_gradient_norm,
    m,
    omega,
    output_weight_norm,
    rho,
)

layer_jacobians = WEIGHT_NORM.symbols("layer_jacobians")
theorem = Theorem(
    claim=Claim(input_gradient_norm, "<=", 1 + rho, given=LIPSCHITZ),
    family=WEIGHT_NORM,
    about_bound=[increasing(rho), free_of(L), free_of(m), free_of(omega)],
    mutants={
        "1 for 1+rho": Integer(1),
        "falling with width": (1 + rho) / sqrt(m),
        "falling with depth": (1 + rho) / L,
    },
    steps=[
        Step(
            "chain rule: ∇_x f = J_1ᵀ⋯J_Lᵀv, and norms multiply",
            input_gradient_norm,
            "<=",
            output_weight_norm * layer_jacobians,
            given=[],
        ),
        Step(
            "‖J_l‖₂ ≤ sup|φ′|·‖W̄‖_F/√m, and the rows have norm 1",
            layer_jacobians,
            "<=",
            Integer(1),
            given=["1-Lipschitz activation"],
        ),
        Step("‖v‖₂ ≤ 1 + ρ₁", output_weight_norm, "<=", 1 + rho, given=[]),
    ],
)
