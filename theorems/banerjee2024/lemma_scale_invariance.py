"""Row scale invariance: the gradient of a row is orthogonal to the row.

Statement:   ⟨W_i, ∂f/∂W_i⟩ = 0 for every row of every layer (measured: the largest |⟨·,·⟩| over 1 + ρ₁).
Hypotheses:  all rows nonzero.
Kind:        identity
Label:       lemma
Paper:       setting (recollection): f is homogeneous of degree 0 in every row.
Relation:    step of its proof: a general fact; measured on gradients that no projection makes.
Tags:        lemma, identity, gauge
"""

from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.families.networks.weight_norm import WEIGHT_NORM, omega, output_abs, rho, row_alignment

given = {"no zero row": (omega, ">", 0)}

theorem = Theorem(
    claim=Claim(row_alignment, "=", Integer(0), given=given, tolerance=1e-11),
    family=WEIGHT_NORM,
    mutants={"homogeneous of degree 1": Claim(row_alignment * (1 + rho), "=", output_abs, given=given)},
)
