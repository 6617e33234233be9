"""FALSE equality with 0 on the right: no absolute tolerance.

Statement:   as in the code; what is true of it stands in the title.
Hypotheses:  as in the code.
Kind:        identity
References:  none
Tags:        soundness
"""

from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.families.networks.weight_norm import LIPSCHITZ, WEIGHT_NORM, c0, hidden_gradient_norm

ODD = {**LIPSCHITZ, "odd": (c0, "=", 0)}
theorem = Theorem(claim=Claim(hidden_gradient_norm / 10**16, "=", Integer(0), given=ODD), family=WEIGHT_NORM)
