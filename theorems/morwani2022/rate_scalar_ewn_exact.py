"""One sample under EWN: time is a difference of exponential integrals.

Statement:   H(f_t) − H(f_0) = A t with H(f) = Ei(f) − e^f/f, for f′ = A f² e^{−f}.
Hypotheses:  f_0 ≥ 2. Own algebra: the flow itself enters through speed_ewn, where f′ is measured. Measured relative
             to A t + e^{f_0}/f_0.
Kind:        identity
Label:       lemma
Paper:       not in it.
Ours:        the statement (H′ = e^f/f²).
Tags:        rate, ewn, scalar
"""

from sympy import Ei, Expr, Integer, exp

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.scalar_nodes import SCALAR_NODES, ewn_time, finish, start


def version(second: Expr) -> Claim:
    """The claim with another factor of e^f/f in H."""
    ends = [Ei(f) - second * exp(f) / f for f in (finish, start)]
    defect = (ends[0] - ends[1] - ewn_time) / (ewn_time + exp(start) / start)
    return Claim(defect, "=", Integer(0), given={"start at least 2": (start, ">=", 2)}, tolerance=1e-10)


theorem = Theorem(
    claim=version(Integer(1)),
    family=SCALAR_NODES,
    mutants={"without e^f/f": version(Integer(0)), "twice e^f/f": version(Integer(2))},
)
