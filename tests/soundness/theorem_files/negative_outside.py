"""TRUE: the bound is negative only for rho > 13500, which the hypothesis excludes.

Statement:   as in the code; what is true of it stands in the title.
Hypotheses:  as in the code.
Kind:        upper bound
References:  none
Tags:        soundness
"""

from sympy import pi, sqrt

from wnverify import Claim, Theorem
from wnverify.families.networks.weight_norm import LIPSCHITZ, WEIGHT_NORM, c0, output_abs, rho

given = {**LIPSCHITZ, "odd": (c0, "=", 0), "small": (rho, "<=", 100)}
bound = 2000 + (1 - sqrt(1 + 1 / pi)) * rho
theorem = Theorem(claim=Claim(output_abs, "<=", bound, given=given), family=WEIGHT_NORM)
