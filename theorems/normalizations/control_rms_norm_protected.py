"""Control: RMSNorm and LayerNorm with ε > 0 as if descent never shrank the weights of a layer.

Statement:   ‖HW^l⁺‖_F ≥ ‖HW^l‖_F for every layer after a step of descent on the mean square loss, with ε = 1.
Hypotheses:  false: for m = d = 1, w = 1 and 𝓛 = ½f² a step takes w to .75; W = √m ppᵀ, x = p, v = √(m/2) p, y = 0 is
             the same for other m.
Kind:        control, false on purpose: it must be refuted
Label:       control
Paper:       not in it.
Ours:        why `rms_norm_protected` has ε = 0; by how much it fails at most says `rms_norm_radial_bound`.
Tags:        control, protected norm, descent, RMSNorm, LayerNorm, damped
"""

from sympy import Integer

from wnverify import Claim, Theorem, Verdict
from wnverify.families.normalizations.rms_norm_on_data import RMS_NORM_ON_DATA

shrinkage = RMS_NORM_ON_DATA.symbols("norm_shrinkage")

theorem = Theorem(
    claim=Claim(shrinkage, ">=", Integer(1)),
    family=RMS_NORM_ON_DATA,
    settings={"epsilon": ("1",), "activation": ("identity",)},
    expect=Verdict.REFUTED,
)
