"""FALSE, at equality alone: a strict relation that is attained.

Statement:   as in the code; what is true of it stands in the title.
Hypotheses:  as in the code.
Kind:        upper bound
References:  none
Tags:        soundness
"""

from wnverify import Claim, Theorem
from wnverify.families.networks.weight_norm import LIPSCHITZ, WEIGHT_NORM, c0, input_norm, output_abs, rho

given = {**LIPSCHITZ, "odd": (c0, "=", 0), "not zero": (input_norm, ">", 0)}
theorem = Theorem(claim=Claim(output_abs, "<", (1 + rho) * input_norm, given=given), family=WEIGHT_NORM)
