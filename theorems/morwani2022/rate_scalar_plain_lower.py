"""One sample without normalization: the loss falls at least as fast as 1/(t log^{2−2/L} t).

Statement:   1/(LL_t log^p(1/LL_t)) ≥ 1/(LL_0 log^p(1/LL_0)) + (1 − p/f_0) A t for f′ = A f^p e^{−f}, p = 2 − 2/L.
Hypotheses:  f_0 > p. A = L² for one node ‖w‖^L, A = L for L balanced layers (speed_plain). SWN alike.
Kind:        lower bound, tight (short times); equality for L = 1
Label:       lemma
Paper:       Appendix H (read): for the flow, under A1–A3, ρ > 0 and a condition on how the direction of w settles,
             LL = Θ(1/(t log² t)) under EWN and Θ(1/(t log^{2−2/L} t)) without normalization.
Relation:    special case: the half O(·) for one sample, with constants known; from f′ = A f^p e^{−f} (speed_plain).
Ours:        the explicit envelope.
References:  Lyu, Li, arXiv:1906.05890 (rate).
Tags:        rate, unnormalised, swn, scalar
"""

from sympy import Expr, Integer

from wnverify import Claim, Theorem
from wnverify.bounds.morwani2022 import inverse_loss
from wnverify.families.homogeneous.scalar_nodes import SCALAR_NODES, L, finish, plain_time, start


def version(power: Expr, lost: Expr) -> Claim:
    """The claim with another power of the logarithm, or with `lost`/f_0 for p/f_0."""
    bound = inverse_loss(start, power) + (1 - lost / start) * plain_time
    return Claim(
        inverse_loss(finish, power), ">=", bound, given={"start above p": (start, ">", power)}, tolerance=1e-10
    )


theorem = Theorem(
    claim=version(2 - 2 / L, 2 - 2 / L),
    family=SCALAR_NODES,
    mutants={
        "power 2, as under EWN": version(Integer(2), Integer(2)),
        "without p/f": version(2 - 2 / L, Integer(0)),
        "half of p/f": version(2 - 2 / L, 1 - 1 / L),
    },
)
