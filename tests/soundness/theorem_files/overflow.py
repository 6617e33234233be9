"""FALSE: both sides overflow for omega < 1.4.

Statement:   as in the code; what is true of it stands in the title.
Hypotheses:  as in the code.
Kind:        upper bound
References:  none
Tags:        soundness
"""

from sympy import Rational, exp

from wnverify import Claim, Theorem
from wnverify.families.networks.weight_norm import LIPSCHITZ, WEIGHT_NORM, c0, omega, output_abs

ODD = {**LIPSCHITZ, "odd": (c0, "=", 0)}
factor = exp(1000 / omega)
claim = Claim((1 + output_abs) * factor, "<=", Rational(1001, 1000) * factor, given=ODD)
theorem = Theorem(claim=claim, family=WEIGHT_NORM)
