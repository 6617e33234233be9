"""Under EWN nodes that are tied at the start keep the ratio of their norms.

Statement:   If c_i w_i(0)^L = c_j w_j(0)^L then w_i(t)/w_j(t) = (c_j/c_i)^{1/L} at all times, for f = Σ c_u w_u^L.
Hypotheses:  EWN with ‖v‖ = 1; the loss depends on f alone. Run for up to 0.9999 of the time to blow-up.
Kind:        identity
Label:       theorem
Paper:       Proposition 6 (read): (ii) of a linear model on one sample z > 0: w_i(t)/w_j(t) = z_j/z_i for tied nodes
             (z is printed as x there).
Relation:    stronger: for every degree; L = 1, c = z is the printed one. It is the case 1/c of Theorem 4.
Tags:        sparsity, ewn, flow
"""

from sympy import Expr

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.competing_nodes import (
    COMPETING,
    L,
    c1,
    c2,
    ewn_w1,
    ewn_w2,
    plain_w1,
    plain_w2,
    w1,
    w2,
)

given = {"tied": (c1 * w1**L, "=", c2 * w2**L)}


def version(first: Expr, second: Expr, ratio: Expr) -> Claim:
    """The claim with other ends or another ratio."""
    return Claim(first / second, "=", ratio, given=given, tolerance=1e-6)


theorem = Theorem(
    claim=version(ewn_w1, ewn_w2, (c2 / c1) ** (1 / L)),
    family=COMPETING,
    mutants={
        "the ratio inverted": version(ewn_w1, ewn_w2, (c1 / c2) ** (1 / L)),
        "without normalization": version(plain_w1, plain_w2, (c2 / c1) ** (1 / L)),
    },
)
