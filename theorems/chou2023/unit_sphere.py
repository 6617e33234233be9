"""Length of the direction: conserved by the flow.

Statement:   ⟨u, u'⟩ = 0 (measured relative to ηr‖G‖).
Hypotheses:  ‖u‖₂ = 1, u' = −ηr(I − uuᵀ)G.
Kind:        identity
References:  Chou, Rauhut, Ward: Robust implicit regularization via weight normalization, arXiv:2305.05448.
Tags:        identity, flow, gauge
"""

from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.families.diagonal import DIAGONAL
from wnverify.families.diagonal_quantities import radial_share, sphere_drift

theorem = Theorem(
    claim=Claim(sphere_drift, "=", Integer(0), tolerance=1e-12),
    family=DIAGONAL,
    mutants={"without the projection": Claim(sphere_drift + radial_share, "=", Integer(0), tolerance=1e-12)},
)
