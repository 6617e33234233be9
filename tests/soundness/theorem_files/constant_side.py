"""SAYS NOTHING: 0 is at most what is never negative.

Statement:   as in the code; what is true of it stands in the title.
Hypotheses:  as in the code.
Kind:        upper bound
References:  none
Tags:        soundness
"""

from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.families.networks.weight_norm import LIPSCHITZ, WEIGHT_NORM, c0, input_norm, rho

ODD = {**LIPSCHITZ, "odd": (c0, "=", 0)}
theorem = Theorem(claim=Claim(Integer(0), "<=", (1 + rho) * input_norm, given=ODD), family=WEIGHT_NORM)
