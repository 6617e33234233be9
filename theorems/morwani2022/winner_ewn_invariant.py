"""Scalar nodes under EWN: differences of w^{−L}/c are conserved.

Statement:   w_u^{−L}/c_u − w_v^{−L}/c_v is conserved for f = Σ c_u w_u^L, any loss that depends on f alone.
Hypotheses:  EWN with ‖v‖ = 1, L ≥ 1.
Kind:        identity
Label:       theorem
Paper:       eq. (38) (read): z_i/w_j − z_j/w_i is conserved by EWN for a linear model on one sample z.
Relation:    stronger: for every degree and any loss of f; L = 1, c = z is the printed one.
Tags:        sparsity, ewn, invariant, flow
"""

from sympy import Expr, Integer

from wnverify import Claim, Theorem
from wnverify.bounds.morwani2022 import conserved_powers
from wnverify.families.homogeneous.competing_nodes import COMPETING, L, ewn_w1, ewn_w2


def version(power: Expr) -> Claim:
    """The claim with another power."""
    return conserved_powers(power, ewn_w1, ewn_w2)


theorem = Theorem(
    claim=version(-L),
    family=COMPETING,
    mutants={
        "the power of plain flow": version(2 - L),
        "one power less": version(1 - L),
        "norms": version(Integer(1)),
    },
)
