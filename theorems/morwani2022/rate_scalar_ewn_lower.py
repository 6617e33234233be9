"""One sample under EWN: the loss falls at least as fast as 1/(t log² t), with the constant known.

Statement:   1/(LL_t log²(1/LL_t)) ≥ 1/(LL_0 log²(1/LL_0)) + (1 − 2/f_0) A t for f′ = A f² e^{−f}, LL = e^{−f}.
Hypotheses:  f_0 > 2. A = L² for one node of degree L, A = L for a product of L layers of any norms (speed_ewn).
Kind:        lower bound, tight (short times)
Label:       lemma
Paper:       Appendix H (read): for the flow, under A1–A3, ρ > 0 and a condition on how the direction of w settles,
             LL = Θ(1/(t log² t)) under EWN and Θ(1/(t log^{2−2/L} t)) without normalization.
Relation:    special case: the half O(·) for one sample, with constants known; from f′ = A f² e^{−f} (speed_ewn).
Ours:        the explicit envelope.
Tags:        rate, ewn, scalar
"""

from sympy import Expr, Integer

from wnverify import Claim, Theorem
from wnverify.bounds.morwani2022 import inverse_loss
from wnverify.families.homogeneous.scalar_nodes import SCALAR_NODES, ewn_time, finish, start


def version(power: Expr, factor: Expr) -> Claim:
    """The claim with another power of the logarithm, or another factor of A t."""
    bound = inverse_loss(start, power) + factor * ewn_time
    return Claim(inverse_loss(finish, power), ">=", bound, given={"start above 2": (start, ">", 2)}, tolerance=1e-10)


theorem = Theorem(
    claim=version(Integer(2), 1 - 2 / start),
    family=SCALAR_NODES,
    mutants={
        "power 3": version(Integer(3), 1 - 3 / (start + 2)),
        "without 2/f": version(Integer(2), Integer(1)),
        "1/f for 2/f": version(Integer(2), 1 - 1 / start),
    },
)
