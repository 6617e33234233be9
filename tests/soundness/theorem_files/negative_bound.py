"""FALSE: the bound is negative for rho > 20; the hypothesis about rho is idle.

Statement:   as in the code; what is true of it stands in the title.
Hypotheses:  as in the code.
Kind:        upper bound
References:  none
Tags:        soundness
"""

from wnverify import Claim, Theorem
from wnverify.families.networks.weight_norm import LIPSCHITZ, WEIGHT_NORM, c0, output_abs, rho

given = {**LIPSCHITZ, "odd": (c0, "=", 0), "idle": (rho, ">=", 0)}
theorem = Theorem(claim=Claim(output_abs, "<=", 3 + 2 * rho - rho**2 / 10, given=given), family=WEIGHT_NORM)
