"""TRUE, but it is said to be a false control.

Statement:   as in the code; what is true of it stands in the title.
Hypotheses:  as in the code.
Kind:        upper bound
References:  none
Tags:        soundness
"""

from wnverify import Claim, Theorem, Verdict
from wnverify.families.networks.weight_norm import LIPSCHITZ, WEIGHT_NORM, c0, input_norm, output_abs, rho

ODD = {**LIPSCHITZ, "odd": (c0, "=", 0)}
claim = Claim(output_abs, "<=", 2 * (1 + rho) * input_norm, given=ODD)
theorem = Theorem(claim=claim, family=WEIGHT_NORM, expect=Verdict.REFUTED)
