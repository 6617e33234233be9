"""NOT ABOUT THE BOUND: replacements that its symbols cannot take.

Statement:   as in the code; what is true of it stands in the title.
Hypotheses:  as in the code.
Kind:        upper bound
References:  none
Tags:        soundness
"""

from sympy import Integer

from wnverify import Claim, Theorem, below, decreasing
from wnverify.families.networks.weight_norm import LIPSCHITZ, WEIGHT_NORM, L, c0, input_norm, omega, output_abs, rho

ODD = {**LIPSCHITZ, "odd": (c0, "=", 0)}
theorem = Theorem(
    claim=Claim(output_abs, "<=", (1 + rho) * input_norm, given=ODD),
    family=WEIGHT_NORM,
    about_bound=[below(Integer(0), of=1 / omega, given={omega: -1}), decreasing(L, of=L, given={L: -L})],
)
