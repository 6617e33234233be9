"""Residual WeightNorm: the gradient in one layer.

Statement:   ‖∂f/∂W^l‖_F ≤ Vc(1 + c)^{L−1}/(√m ω), here for the first layer; V = ‖v‖, ω the least row norm.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, ‖x‖₂ ≤ 1, equal widths, no zero row, c > 0.
Kind:        upper bound, tight for every L, m and c
Label:       theorem
Paper:       not in it.
Ours:        the statement.
Tags:        gradient, depth, residual

Proof. ‖α^{l−1}‖ ≤ (1 + c)^{l−1} and ‖∂f/∂α^l‖ ≤ V(1 + c)^{L−l} by `residual_output`; a row w_i contributes
c|φ′||∂f/∂α_i|·‖α^{l−1}‖/(√m‖w_i‖) at most. ∎
Attained by the identity, the rows of the layer across (1, …, 1), and all other rows, x and v along it.
"""

from sympy import sqrt

from wnverify import Claim, Theorem, decreasing, increasing
from wnverify.families.normalizations.residual import RESIDUAL

first, V, c, omega, L, m = RESIDUAL.symbols("gradient_norm_W1 norm_v norm_c omega L m")
bound = V * c * (1 + c) ** (L - 1) / (sqrt(m) * omega)

theorem = Theorem(
    claim=Claim(first, "<=", bound),
    family=RESIDUAL,
    about_bound=[increasing(V), increasing(c), decreasing(omega), decreasing(m)],
    mutants={
        "without the growth": bound / (1 + c) ** (L - 1),
        "one layer less": bound / (1 + c),
        "1/m for 1/√m": bound / sqrt(m),
        "0.99 of it": bound * 99 / 100,
    },
)
