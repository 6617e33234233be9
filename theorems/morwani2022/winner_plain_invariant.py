"""Scalar nodes without normalization: differences of w^{2−L}/c are conserved.

Statement:   w_u^{2−L}/c_u − w_v^{2−L}/c_v is conserved for f = Σ c_u w_u^L, L ≠ 2, any loss that depends on f alone;
             for L = 1 this is w_u/c_u − w_v/c_v, and no node wins.
Hypotheses:  gradient flow in w, L ≠ 2.
Kind:        identity
Label:       lemma
Paper:       not in it.
Ours:        the statement; the counterpart of winner_ewn_invariant.
Tags:        sparsity, unnormalised, invariant, flow
"""

from sympy import Expr, Integer

from wnverify import Claim, Theorem
from wnverify.bounds.morwani2022 import conserved_powers
from wnverify.families.homogeneous.competing_nodes import COMPETING, L, plain_w1, plain_w2


def version(power: Expr) -> Claim:
    """The claim with another power."""
    return conserved_powers(power, plain_w1, plain_w2)


theorem = Theorem(
    claim=version(2 - L),
    family=COMPETING,
    settings={"degree": ("1", "3", "4", "5")},
    mutants={"the power of EWN": version(-L), "one power less": version(1 - L), "squares": version(Integer(2))},
)
