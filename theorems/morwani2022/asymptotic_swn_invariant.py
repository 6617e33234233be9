"""Two samples under SWN: a weighted difference of H_p(f) is conserved, H_p′ = e^f f^{2/L−2}.

Statement:   c^{2/L} H_p(f_A)′ = H_p(f_B)′ for f_A = ‖w_1‖^L, f_B = c‖w_2‖^L and the loss e^{−f_A} + e^{−f_B}.
Hypotheses:  SWN with ‖v‖ = 1, or no normalization.
Kind:        identity
Label:       lemma
Paper:       not in it.
Ours:        the statement; an exactly solvable instance.
Tags:        flow, swn, invariant, scalar
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
    claim=version(c ** (2 / L) * plain_rate_A, plain_rate_B),
    family=TWO_NODES,
    mutants={
        "not weighted": version(plain_rate_A, plain_rate_B),
        "weighted by c": version(c * plain_rate_A, plain_rate_B),
        "EWN": version(c ** (2 / L) * ewn_rate_A, ewn_rate_B),
    },
)
