"""FALSE under a hypothesis that is written as a difference.

Statement:   as in the code; what is true of it stands in the title.
Hypotheses:  as in the code.
Kind:        upper bound
References:  none
Tags:        soundness
"""

from sympy import Rational

from wnverify import Claim, Theorem
from wnverify.families.networks.weight_norm import LIPSCHITZ, WEIGHT_NORM, c0, input_norm, output_abs, rho

given = {**LIPSCHITZ, "odd": (c0, "=", 0), "edge": (input_norm - 1, "=", 0)}
claim = Claim(output_abs, "<=", Rational(98, 100) * (1 + rho) * input_norm, given=given)
theorem = Theorem(claim=claim, family=WEIGHT_NORM)
