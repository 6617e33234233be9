"""Scalar nodes of degree 2 without normalization: differences of log w/c are conserved.

Statement:   log w_u/c_u − log w_v/c_v is conserved for f = Σ c_u w_u², any loss that depends on f alone.
Hypotheses:  gradient flow in w, L = 2.
Kind:        identity
Label:       lemma
Paper:       not in it.
Ours:        the statement; the limiting case of winner_plain_invariant.
Tags:        sparsity, unnormalised, invariant, flow
"""

from sympy import Expr, Integer, log

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.competing_nodes import (
    COMPETING,
    c1,
    c2,
    ewn_w1,
    ewn_w2,
    plain_w1,
    plain_w2,
    w1,
    w2,
)


def version(first: Expr, second: Expr, weights: tuple[Expr, Expr]) -> Claim:
    """The claim for other end points, or other weights of the logarithms."""
    change = log(first / w1) * weights[0] - log(second / w2) * weights[1]
    return Claim(change / (weights[0] + weights[1]), "=", Integer(0), tolerance=1e-9)


theorem = Theorem(
    claim=version(plain_w1, plain_w2, (1 / c1, 1 / c2)),
    family=COMPETING,
    settings={"degree": ("2",)},
    mutants={
        "EWN": version(ewn_w1, ewn_w2, (1 / c1, 1 / c2)),
        "without the factors": version(plain_w1, plain_w2, (Integer(1), Integer(1))),
        "times c": version(plain_w1, plain_w2, (c1, c2)),
    },
)
