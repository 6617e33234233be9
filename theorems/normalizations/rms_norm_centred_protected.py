"""RMSNorm and LayerNorm: descent never shrinks what a layer sees of its weights.

Statement:   ‖HW^l⁺‖_F² = ‖HW^l‖_F² + η²‖∂𝓛/∂W^l‖_F² for every layer, with H = I for RMSNorm and the centring for
             LayerNorm, after a step θ⁺ = θ − η∇𝓛(θ) on the mean square loss.
Hypotheses:  ε = 0; no layer divides by less than 1e-3 (where it does, floats do not tell).
Kind:        identity
Label:       theorem
Paper:       not in it.
Ours:        the statement. The same holds of ‖W^l‖_F, `rms_norm_protected`; with ε > 0 both are false,
             `control_rms_norm_protected`.
Tags:        protected norm, descent, RMSNorm, LayerNorm, undamped

Proof. 𝓛 is a function of HW^l that does not change when this is multiplied by a positive number. So ∂𝓛/∂W^l is the
gradient by it, and orthogonal to it; then Pythagoras. ∎
"""

from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.families.normalizations.rms_norm_on_data import RMS_NORM_ON_DATA

defect, growth, R = RMS_NORM_ON_DATA.symbols("growth_defect growth R")
given = {"resolved": (R, ">=", 1e-3)}

theorem = Theorem(
    claim=Claim(defect, "=", Integer(0), given=given, tolerance=1e-9),
    family=RMS_NORM_ON_DATA,
    settings={"epsilon": ("none",)},
    mutants={
        "they stay as they are": Claim(growth, "=", 0, given=given),
        "1.001‖∂𝓛/∂W‖²": Claim(growth / 1000, "=", 0, given=given),
    },
)
