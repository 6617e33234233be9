"""Residual WeightNorm: the network stretches its input by (1 + c)^L‖v‖ at most.

Statement:   ‖∂f/∂x‖₂ ≤ V(1 + c)^L, V = ‖v‖; as f vanishes at x = 0, |f(θ;x)| ≤ V(1 + c)^L‖x‖ as well.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, no zero row, c > 0.
Kind:        upper bound, tight for every L and m
Label:       theorem
Paper:       not in it.
Ours:        the statement.
Tags:        input, output, depth, residual

Proof. The Jacobian of a layer is I + cDW̄/√m with |D| ≤ 1 and ‖W̄‖₂ ≤ ‖W̄‖_F = √m. Attained by the identity, and
all rows, x and v along (1, …, 1). ∎
"""

from sympy import E

from wnverify import Claim, Theorem, below, increasing
from wnverify.families.normalizations.residual import RESIDUAL

slope, output, V, r, c, L = RESIDUAL.symbols("input_gradient_norm output_abs norm_v input_norm norm_c L")
bound = V * (1 + c) ** L

theorem = Theorem(
    claim=Claim(slope, "<=", bound),
    family=RESIDUAL,
    about_bound=[increasing(V), increasing(c), below(E * V, given={c: 1 / L})],
    mutants={
        "0.99 of it": bound * 99 / 100,
        "the output in half the ball": Claim(output, "<=", bound * r / 2),
        "V, as without a residual": V,
    },
)
