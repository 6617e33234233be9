"""TRUE: it fails with probability delta exactly.

Statement:   as in the code; what is true of it stands in the title.
Hypotheses:  as in the code.
Kind:        lower bound
References:  none
Tags:        soundness
"""

from sympy import erfc, sqrt

from wnverify import Claim, Theorem
from wnverify.families.relu.concentration import CONCENTRATION, alpha, delta, margin

claim = Claim(erfc(margin / alpha / sqrt(2)), ">=", delta, probability=1 - delta)
theorem = Theorem(claim=claim, family=CONCENTRATION)
