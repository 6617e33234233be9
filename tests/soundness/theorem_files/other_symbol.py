"""NOT ABOUT THE BOUND: about_bound speaks of another symbol of the name omega.

Statement:   as in the code; what is true of it stands in the title.
Hypotheses:  as in the code.
Kind:        upper bound
References:  none
Tags:        soundness
"""

from sympy import Symbol, sqrt

from wnverify import Claim, Theorem, decreasing, free_of
from wnverify.families.networks.weight_norm import LIPSCHITZ, WEIGHT_NORM, c0, hidden_gradient_norm, m, omega, rho

ODD = {**LIPSCHITZ, "odd": (c0, "=", 0)}
other = Symbol("omega", positive=True)
claim = Claim(hidden_gradient_norm, "<=", 2 * (1 + rho) / (sqrt(m) * omega), given=ODD)
theorem = Theorem(claim=claim, family=WEIGHT_NORM, about_bound=[free_of(other), decreasing(other)])
