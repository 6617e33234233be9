"""Two samples under EWN: the difference of H(f) is conserved, H(f) = Ei(f) − e^f/f.

Statement:   H(f_A)′ = H(f_B)′ for f_A = ‖w_1‖^L, f_B = c‖w_2‖^L and the loss e^{−f_A} + e^{−f_B}; both are L².
Hypotheses:  EWN with ‖v‖ = 1.
Kind:        identity
Label:       lemma
Paper:       not in it.
Ours:        the statement; an exactly solvable instance.
Tags:        flow, ewn, invariant, scalar
"""

from sympy import Expr

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.two_nodes import (
    TWO_NODES,
    L,
    c,
    ewn_rate_A,
    ewn_rate_B,
    plain_rate_A,
    plain_rate_B,
)


def version(first: Expr, second: Expr) -> Claim:
    """Equality of two rates."""
    return Claim(first, "=", second, tolerance=1e-11)


theorem = Theorem(
    claim=version(ewn_rate_A, ewn_rate_B),
    family=TWO_NODES,
    mutants={
        "without normalization": version(plain_rate_A, plain_rate_B),
        "weighted by c^(2/L)": version(c ** (2 / L) * ewn_rate_A, ewn_rate_B),
    },
)
