"""Control: RMSNorm and LayerNorm as if what a layer divides by never shrank, as norms of weights do not.

Statement:   R_j(W⁺) ≥ R_j(W) for every input, W⁺ = W − ∂𝓛/∂W with 𝓛 = (1/n) Σ(f(W; x_j) − y_j)².
Hypotheses:  L = 1, n = 2, ε = 0; false: W = I, x = (1, 0), (.6, .8), v = (0, 1), y = (−.5, .8) takes R_2 from 1
             to .781, while ‖W‖²_F grows from 2 to 2.25.
Kind:        control, false on purpose: it must be refuted
Label:       control
Paper:       not in it.
Ours:        why R has to be assumed along descent, not inferred.
Tags:        control, protected norm, descent, RMSNorm, LayerNorm, undamped
"""

from sympy import Integer

from wnverify import Claim, Theorem, Verdict
from wnverify.families.normalizations.rms_norm_on_data import RMS_NORM_ON_DATA

shrinkage, L = RMS_NORM_ON_DATA.symbols("shrinkage L")

theorem = Theorem(
    claim=Claim(shrinkage, ">=", Integer(1), given={"one layer": (L, "<=", 1)}),
    family=RMS_NORM_ON_DATA,
    settings={"epsilon": ("none",), "activation": ("identity",)},
    expect=Verdict.REFUTED,
)
