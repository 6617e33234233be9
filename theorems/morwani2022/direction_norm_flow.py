"""Gradient flow keeps the length of every raw direction v.

Statement:   ⟨v_u, v_u′⟩ = 0, so ‖v_u‖ is conserved, under SWN and EWN alike. Measured relative to ‖w_u‖‖G_u‖.
Hypotheses:  w = e^α v/‖v‖ or γ v/‖v‖, gradient flow in the parameters.
Kind:        identity
Label:       lemma
Paper:       Appendix A (read): ‖v_u‖ does not change under the flow, for SWN and EWN.
Relation:    same
References:  Salimans, Kingma, arXiv:1602.07868.
Tags:        flow, invariant, homogeneous
"""

from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.state import HOMOGENEOUS, radial_share, turning_pull

theorem = Theorem(
    claim=Claim(turning_pull, "=", Integer(0), tolerance=1e-12),
    family=HOMOGENEOUS,
    mutants={"the gradient in w is orthogonal too": Claim(radial_share, "=", Integer(0), tolerance=1e-12)},
)
