"""FALSE equality, with a tolerance of -1.

Statement:   as in the code; what is true of it stands in the title.
Hypotheses:  as in the code.
Kind:        identity
References:  none
Tags:        soundness
"""

from wnverify import Claim, Theorem
from wnverify.families.networks.weight_norm import LIPSCHITZ, WEIGHT_NORM, c0, input_norm, output_abs, rho

ODD = {**LIPSCHITZ, "odd": (c0, "=", 0)}
claim = Claim(output_abs, "=", 2 * (1 + rho) * input_norm + 1, given=ODD, tolerance=-1.0)
theorem = Theorem(claim=claim, family=WEIGHT_NORM)
