"""Length of the direction: conserved by the flow, and by weight normalization itself.

Statement:   ⟨u, u'⟩ = 0, and ⟨v, v'⟩ = 0 for w = g v/‖v‖ under gradient flow in (g, v) (each relative to its size).
Hypotheses:  ‖u‖₂ = 1, u' = −ηr(I − uuᵀ)G; v ≠ 0.
Kind:        identity
Paper:       the statement.
Tags:        identity, flow, gauge
"""

from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.families.diagonal.point import DIAGONAL, radial_share, sphere_drift, wn_drift

theorem = Theorem(
    claim=Claim(abs(sphere_drift) + abs(wn_drift), "=", Integer(0), tolerance=1e-11),
    family=DIAGONAL,
    mutants={"without the projection": Claim(sphere_drift + radial_share, "=", Integer(0), tolerance=1e-12)},
)
