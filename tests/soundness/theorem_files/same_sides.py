"""SAYS NOTHING: both sides are the same.

Statement:   as in the code; what is true of it stands in the title.
Hypotheses:  as in the code.
Kind:        upper bound
References:  none
Tags:        soundness
"""

from wnverify import Claim, Theorem
from wnverify.families.networks.weight_norm import LIPSCHITZ, WEIGHT_NORM, rho

theorem = Theorem(claim=Claim(2 * (rho + 1), "<=", 2 * rho + 2, given=LIPSCHITZ), family=WEIGHT_NORM)
