"""TRUE: its hypothesis holds only to rounding where it seems to fail.

Statement:   as in the code; what is true of it stands in the title.
Hypotheses:  as in the code.
Kind:        upper bound
References:  none
Tags:        soundness
"""

from sympy import Integer, Max

from wnverify import Claim, Theorem
from wnverify.families.networks.weight_norm import LIPSCHITZ, WEIGHT_NORM, c0, input_norm

given = {**LIPSCHITZ, "odd": (c0, "=", 0), "edge": (input_norm, "=", 1)}
theorem = Theorem(claim=Claim(Max(1 - input_norm, 0), "<=", Integer(0), given=given), family=WEIGHT_NORM)
