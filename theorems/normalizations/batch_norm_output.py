"""BatchNorm in every layer: all predictions together are bounded whatever the weights.

Statement:   ‖(f_1, …, f_n)‖₂ ≤ √n ‖v‖₂, that is |⟨y, F⟩| ≤ V for every y with ‖y‖₂ = 1, F = (f_1, …, f_n)/√n.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, ε ≥ 0, full batch; no unit divides by 0.
Kind:        upper bound, tight: identity, ε = 0, equal rows in the last layer, y along its outputs
Label:       theorem
Paper:       not in it.
Ours:        the statement.
Tags:        output, BatchNorm

Proof. Σ_i ẑ_ik² ≤ n for every unit k, so that the matrix α_ik = m^{-1/2}φ(ẑ_ik) over √n has a Frobenius norm of at
most 1. ∎
"""

from sympy import sqrt

from wnverify import Claim, Theorem
from wnverify.families.normalizations.batch_norm_layers import BATCH_NORM

f, V, m, largest = BATCH_NORM.symbols("output_abs norm_v m largest_v")

theorem = Theorem(
    claim=Claim(f, "<=", V),
    family=BATCH_NORM,
    mutants={"units that share the variance": V / sqrt(m), "a tenth less": V * 9 / 10, "one unit": largest},
)
