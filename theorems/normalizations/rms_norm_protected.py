"""RMSNorm and LayerNorm: gradients are orthogonal to the weights of a layer, so that descent never shrinks them.

Statement:   ⟨W^l, ∂f/∂W^l⟩ = 0 for every layer; so a gradient step of any loss has ‖W⁺‖²_F = ‖W‖²_F + η²‖∂𝓛/∂W‖²_F.
Hypotheses:  ε = 0; no layer divides by less than 1e-3 (where it does, floats do not tell).
Kind:        identity
Label:       theorem
Paper:       not in it.
Ours:        the statement. What the bounds need is R, which may shrink: `rms_norm_radius`.
Tags:        protected norm, descent, RMSNorm, LayerNorm, undamped

Proof. f does not change when W^l is multiplied by a positive number. ∎
"""

from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.families.normalizations.rms_norm import RMS_NORM

alignment, f, V, R = RMS_NORM.symbols("matrix_alignment output_abs norm_v R")
given = {"resolved": (R, ">=", 1e-3)}

theorem = Theorem(
    claim=Claim(alignment, "=", Integer(0), given=given, tolerance=1e-9),
    family=RMS_NORM,
    settings={"epsilon": ("none",)},
    mutants={
        "homogeneous of degree 1": Claim(alignment * (1 + V), "=", f, given=given),
        "of degree 1/1000": Claim(f / (1000 * (1 + V)), "=", 0, given=given),
    },
)
