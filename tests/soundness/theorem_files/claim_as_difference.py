"""FALSE, written as a difference that is at most 0.

Statement:   as in the code; what is true of it stands in the title.
Hypotheses:  as in the code.
Kind:        upper bound
References:  none
Tags:        soundness
"""

from sympy import Integer, Rational, sqrt

from wnverify import Claim, Theorem
from wnverify.families.networks.weight_norm import LIPSCHITZ, WEIGHT_NORM, c0, hidden_gradient_norm, m, omega, rho

ODD = {**LIPSCHITZ, "odd": (c0, "=", 0)}
difference = hidden_gradient_norm * sqrt(m) * omega - Rational(133, 100) * (1 + rho)
theorem = Theorem(claim=Claim(difference, "<=", Integer(0), given=ODD), family=WEIGHT_NORM)
