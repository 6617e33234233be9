"""RMSNorm and LayerNorm of any depth at orthogonal inputs: descent makes R of the first layer larger, by so much.

Statement:   R_j⁺² = R_j² + η²‖∂𝓛/∂z_j‖²‖x_j‖⁴ for R_j = ‖HW¹x_j‖, z_j = W¹x_j and every input x_j, after a step
             θ⁺ = θ − η∇𝓛(θ) on the mean square loss; so none ever shrinks.
Hypotheses:  ε = 0, ⟨x_i, x_j⟩ = 0 for i ≠ j; no layer divides by less than 1e-3 (where it does, floats do not tell).
Kind:        identity
Label:       theorem
Paper:       not in it.
Ours:        the statement. One input is a special case, `rms_norm_radius_one_input`; for inputs at an angle it is
             false, `rms_norm_radius`. ∂𝓛/∂z_j is found by the chain rule written out, the step by autodiff.
Tags:        protected norm, descent, RMSNorm, LayerNorm, undamped

Proof. With g_j = ∂𝓛/∂z_j, W¹⁺x_j = z_j − η Σ_i g_i⟨x_i, x_j⟩ = z_j − η‖x_j‖²g_j. 𝓛 does not change when z_j is
stretched, nor when a constant is added to its entries (LayerNorm), so that ⟨Hz_j, g_j⟩ = 0 and Hg_j = g_j. ∎
"""

from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.families.normalizations.rms_norm_orthogonal import RMS_NORM_ORTHOGONAL

defect, growth, shrinkage, R = RMS_NORM_ORTHOGONAL.symbols("radius_defect radius_growth shrinkage R")
given = {"resolved": (R, ">=", 1e-3)}

theorem = Theorem(
    claim=Claim(defect, "=", Integer(0), given=given, tolerance=1e-9),
    family=RMS_NORM_ORTHOGONAL,
    mutants={
        "they stay as they are": Claim(growth, "=", 0, given=given),
        "1.001‖∂𝓛/∂z‖²": Claim(growth / 1000, "=", 0, given=given),
        "by a thousandth at least": Claim(shrinkage, ">=", Integer(1001) / 1000, given=given),
    },
)
