"""Under EWN one node of degree L moves its margin at the speed L² f² e^{−f}.

Statement:   f′ = L² f² e^{−f} for f = ‖w‖^L on one aligned sample with loss e^{−f}.
Hypotheses:  EWN with ‖v‖ = 1.
Kind:        identity
Label:       lemma
Paper:       not in it.
Ours:        the statement.
Tags:        rate, ewn, scalar
"""

from sympy import Expr

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.scalar_nodes import SCALAR_NODES, L, margin, power_ewn_speed


def version(speed: Expr) -> Claim:
    """The claim with another speed, times e^f."""
    return Claim(power_ewn_speed, "=", speed, tolerance=1e-12)


theorem = Theorem(
    claim=version(L**2 * margin**2),
    family=SCALAR_NODES,
    mutants={"L for L^2": version(L * margin**2), "as without normalization": version(L**2 * margin ** (2 - 2 / L))},
)
