"""Under EWN a product of layers moves at a speed that does not see how the norms are shared out.

Statement:   f′ = L f² e^{−f} for f = ‖w_1‖⋯‖w_L‖ on one aligned sample with loss e^{−f}, for any norms.
Hypotheses:  EWN with ‖v_l‖ = 1.
Kind:        identity
Label:       lemma
Paper:       not in it.
Ours:        the statement: ‖w_l‖² (f/‖w_l‖)² = f².
Tags:        rate, ewn, depth, scalar
"""

from sympy import Expr

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.scalar_nodes import SCALAR_NODES, L, ewn_speed, margin


def version(speed: Expr) -> Claim:
    """The claim with another speed, times e^f."""
    return Claim(ewn_speed, "=", speed, tolerance=1e-12)


theorem = Theorem(
    claim=version(L * margin**2),
    family=SCALAR_NODES,
    mutants={
        "L^2": version(L**2 * margin**2),
        "free of depth": version(margin**2),
        "without normalization": version(L * margin ** (2 - 2 / L)),
    },
)
