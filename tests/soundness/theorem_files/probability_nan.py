"""NOT EVALUABLE: its probability is no number.

Statement:   as in the code; what is true of it stands in the title.
Hypotheses:  as in the code.
Kind:        upper bound
References:  none
Tags:        soundness
"""

from sympy import Integer, sqrt

from wnverify import Claim, Theorem
from wnverify.families.relu.concentration import CONCENTRATION, delta, margin

theorem = Theorem(claim=Claim(margin, "<=", Integer(0), probability=1 - sqrt(delta - 1)), family=CONCENTRATION)
