"""Residual WeightNorm: with c ≤ 1/L the gradient in all layers falls as 1/L.

Statement:   Σ_l ‖∂f/∂W^l‖_F² ≤ κLc²(1 + c)^{2L−2}, κ = V²/(mω²), V = ‖v‖; at most e²κ/L for c ≤ 1/L.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, ‖x‖₂ ≤ 1, equal widths, no zero row, c > 0.
Kind:        upper bound, tight for L = 1 alone
Label:       corollary
Paper:       not in it.
Ours:        the statement.
Tags:        gradient, depth, residual

Proof. The sum of the squares in `residual_layer_gradient`, and c(1 + c)^{L−1} ≤ e/L at c = 1/L. ∎
"""

from sympy import E

from wnverify import Claim, Theorem, below, decreasing, increasing
from wnverify.families.normalizations.residual import RESIDUAL

first, others, V, c, omega, L, m = RESIDUAL.symbols("gradient_norm_W1 gradient_norm_W norm_v norm_c omega L m")
kappa = V**2 / (m * omega**2)
bound = kappa * L * c**2 * (1 + c) ** (2 * L - 2)

theorem = Theorem(
    claim=Claim(first**2 + others**2, "<=", bound),
    family=RESIDUAL,
    about_bound=[increasing(V), increasing(c), decreasing(omega), below(E**2 * kappa / L, given={c: 1 / L})],
    mutants={
        "one layer's share without growth": kappa * c**2,
        "without c": kappa * L,
        "0.98 of it": bound * 49 / 50,
        "2κ, as without a residual": 2 * kappa,
    },
    corollary_of="normalizations/residual_layer_gradient",
)
