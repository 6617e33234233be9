"""SAYS NOTHING: it holds with probability at least 0.

Statement:   as in the code; what is true of it stands in the title.
Hypotheses:  as in the code.
Kind:        upper bound
References:  none
Tags:        soundness
"""

from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.families.relu.concentration import CONCENTRATION, margin

theorem = Theorem(claim=Claim(margin, "<=", Integer(0), probability=Integer(0)), family=CONCENTRATION)
