"""TRUE, but its mutant is true as well, and survives.

Statement:   as in the code; what is true of it stands in the title.
Hypotheses:  as in the code.
Kind:        upper bound
References:  none
Tags:        soundness
"""

from wnverify import Claim, Theorem
from wnverify.families.networks.weight_norm import LIPSCHITZ, WEIGHT_NORM, c0, input_norm, output_abs, rho

ODD = {**LIPSCHITZ, "odd": (c0, "=", 0)}
bound = (1 + rho) * input_norm
theorem = Theorem(claim=Claim(output_abs, "<=", bound, given=ODD), family=WEIGHT_NORM, mutants={"larger": 2 * bound})
