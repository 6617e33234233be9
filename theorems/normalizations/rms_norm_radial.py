"""RMSNorm and LayerNorm with ε ≥ 0: how far gradients are from orthogonal to the weights of a layer.

Statement:   ⟨W^l, ∂f/∂W^l⟩ = (mε/R_l²)⟨u^l, ∂f/∂u^l⟩ for every layer, u^l = Hz^l/R_l.
Hypotheses:  no layer divides by less than 1e-3 (where it does, floats do not tell).
Kind:        identity
Label:       theorem
Paper:       not in it.
Ours:        the statement. The right side by the chain rule written out, the left by autodiff.
Tags:        protected norm, descent, RMSNorm, LayerNorm, damped

Proof. Along W^l itself, u^l moves by DN(z)z = (1 − ‖u‖²)u, and 1 − ‖u^l‖² = mε/R_l². ∎
"""

from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.families.normalizations.rms_norm import RMS_NORM

defect, change, share, R = RMS_NORM.symbols("radial_defect radial_change radial_share R")
given = {"resolved": (R, ">=", 1e-3)}

theorem = Theorem(
    claim=Claim(defect, "=", Integer(0), given=given, tolerance=1e-9),
    family=RMS_NORM,
    mutants={
        "orthogonal, as for ε = 0": Claim(share, "=", 0, given=given),
        "mε larger by a millionth": Claim(change, "=", Integer(0), given=given, tolerance=1e-9),
    },
)
