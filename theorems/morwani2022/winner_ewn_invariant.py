"""Scalar nodes under EWN: differences of w^{−L}/c are conserved.

Statement:   w_u^{−L}/c_u − w_v^{−L}/c_v is conserved for f = Σ c_u w_u^L, any loss that depends on f alone.
Hypotheses:  EWN with ‖v‖ = 1, L ≥ 1.
Kind:        identity
Paper:       sparsity.
Ours:        the statement.
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
