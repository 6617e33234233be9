"""NOT EVALUABLE: the bound is no real number for rho > 10; the hypothesis about rho is idle.

Statement:   as in the code; what is true of it stands in the title.
Hypotheses:  as in the code.
Kind:        upper bound
References:  none
Tags:        soundness
"""

from sympy import sqrt

from wnverify import Claim, Theorem
from wnverify.families.networks.weight_norm import LIPSCHITZ, WEIGHT_NORM, c0, output_abs, rho

given = {**LIPSCHITZ, "odd": (c0, "=", 0), "idle": (rho, ">=", 0)}
theorem = Theorem(claim=Claim(output_abs, "<=", 2 + 2 * rho + sqrt(10 - rho), given=given), family=WEIGHT_NORM)
