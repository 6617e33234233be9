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
from wnverify.families.homogeneous.competing_nodes import COMPETING, L, c1, c2, ewn_w1, ewn_w2, w1, w2


def version(power: Expr) -> Claim:
    """The claim with another power, relative to the two terms at the start."""
    before, after = w1**power / c1 - w2**power / c2, ewn_w1**power / c1 - ewn_w2**power / c2
    scale = sum(w**power / c for w, c in ((w1, c1), (w2, c2), (ewn_w1, c1), (ewn_w2, c2)))
    return Claim((after - before) / scale, "=", Integer(0), tolerance=1e-9)


theorem = Theorem(
    claim=version(-L),
    family=COMPETING,
    mutants={
        "the power of plain flow": version(2 - L),
        "one power less": version(1 - L),
        "norms": version(Integer(1)),
    },
)
