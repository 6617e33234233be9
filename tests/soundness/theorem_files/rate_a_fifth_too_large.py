"""FALSE: it fails with probability 1.2 delta.

Statement:   as in the code; what is true of it stands in the title.
Hypotheses:  as in the code.
Kind:        lower bound
References:  none
Tags:        soundness
"""

from sympy import Rational, erfc, sqrt

from wnverify import Claim, Theorem
from wnverify.families.relu.concentration import CONCENTRATION, alpha, delta, margin

claim = Claim(erfc(margin / alpha / sqrt(2)), ">=", Rational(6, 5) * delta, probability=1 - delta)
theorem = Theorem(claim=claim, family=CONCENTRATION)
