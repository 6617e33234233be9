"""One sample under EWN: the loss falls no faster than 1/(t log² t), with the constant known.

Statement:   1/(LL_t log²(1/LL_t)) ≤ 1/(LL_0 log²(1/LL_0)) + A t for f′ = A f² e^{−f}, LL = e^{−f}.
Hypotheses:  f_0 ≥ 2. A = L² for one node of degree L, A = L for a product of L layers of any norms (speed_ewn).
Kind:        upper bound, tight as f_0 → ∞
Label:       lemma
Paper:       Appendix H (read): for the flow, under A1–A3, ρ > 0 and a condition on how the direction of w settles,
             LL = Θ(1/(t log² t)) under EWN and Θ(1/(t log^{2−2/L} t)) without normalization.
Relation:    special case: the half Ω(·) for one sample, with constants known; from f′ = A f² e^{−f} (speed_ewn).
Ours:        the explicit envelope: J = e^f/f² has J′ = (e^f/f²)(1 − 2/f) ≤ dt·A/df.
Tags:        rate, ewn, scalar
"""

from sympy import Expr, Integer, Rational

from wnverify import Claim, Theorem
from wnverify.bounds.morwani2022 import inverse_loss
from wnverify.families.homogeneous.scalar_nodes import SCALAR_NODES, ewn_time, finish, start

GIVEN = {"start at least 2": (start, ">=", 2)}


def version(power: Expr) -> Claim:
    """The claim with another power of the logarithm."""
    bound = inverse_loss(start, power) + ewn_time
    return Claim(
        inverse_loss(finish, power), "<=", bound, given={"start at least 2": (start, ">=", 2)}, tolerance=1e-10
    )


theorem = Theorem(
    claim=version(Integer(2)),
    family=SCALAR_NODES,
    mutants={
        "power 1.6": version(Rational(8, 5)),
        "1/t": version(Integer(0)),
        "half of the speed": inverse_loss(start) + ewn_time / 2,
    },
)
