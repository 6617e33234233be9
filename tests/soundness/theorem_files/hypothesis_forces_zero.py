"""TRUE: the hypothesis forces the left side to be 0.

Statement:   as in the code; what is true of it stands in the title.
Hypotheses:  as in the code.
Kind:        upper bound
References:  none
Tags:        soundness
"""

from sympy import Rational

from wnverify import Claim, Theorem
from wnverify.families.networks.weight_norm import (
    LIPSCHITZ,
    WEIGHT_NORM,
    c0,
    gradient_norm,
    hidden_gradient_norm,
    output_abs,
    rho,
)

given = {**LIPSCHITZ, "odd": (c0, "=", 0), "no hidden part": (gradient_norm, "=", output_abs / (1 + rho))}
claim = Claim(hidden_gradient_norm, "<=", Rational(1, 10**7) * gradient_norm, given=given)
theorem = Theorem(claim=claim, family=WEIGHT_NORM)
