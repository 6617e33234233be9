"""Residual WeightNorm: the output grows as (1 + c)^L, which is at most e for c ≤ 1/L.

Statement:   |f(θ;x)| ≤ V(1 + c)^L‖x‖, V = ‖v‖, f = ⟨v, α^L⟩, α^l = α^{l−1} + cφ(W̄^l α^{l−1}/√m).
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, no zero row, c > 0.
Kind:        upper bound, tight for every L, m and c
Label:       theorem
Paper:       not in it.
Ours:        the statement.
Tags:        output, depth, residual

Proof. ‖α^l‖ ≤ ‖α^{l−1}‖ + c‖W̄^l‖₂‖α^{l−1}‖/√m, and ‖W̄‖₂ ≤ ‖W̄‖_F = √m. ∎
Attained by the identity, and all rows, x and v along (1, …, 1).
"""

from sympy import E

from wnverify import Claim, Theorem, below, increasing
from wnverify.families.normalizations.residual import RESIDUAL

output, V, c, r, L = RESIDUAL.symbols("output_abs norm_v norm_c input_norm L")
bound = V * (1 + c) ** L * r

theorem = Theorem(
    claim=Claim(output, "<=", bound),
    family=RESIDUAL,
    about_bound=[increasing(V), increasing(c), increasing(L), below(E * V * r, given={c: 1 / L})],
    mutants={
        "V, as without a residual": V * r,
        "one layer less": V * (1 + c) ** (L - 1) * r,
        "1 + cL": V * (1 + c * L) * r,
        "0.99 of it": bound * 99 / 100,
    },
)
