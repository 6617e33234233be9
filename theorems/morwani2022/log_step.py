"""A step of gradient descent under EWN changes the logarithm of the norm exactly linearly.

Statement:   log‖w_u⁺‖ = log‖w_u‖ − η⟨w_u, G_u⟩ for any step size η.
Hypotheses:  w = e^α v/‖v‖, one step of gradient descent in (α, v).
Kind:        identity
Label:       lemma
Paper:       eq. (3) (read): α_u(t+1) = α_u(t) − η_t e^{α_u}⟨v_u, G_u⟩/‖v_u‖.
Relation:    same: in terms of ‖w_u‖ = e^{α_u}.
Tags:        gradient descent, ewn, homogeneous
"""

from sympy import Expr, Integer, log

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.state import HOMOGENEOUS, gd_log_norm, step, w_norm, w_pull


def version(change: Expr) -> Claim:
    """The claim with another change."""
    return Claim(gd_log_norm - log(w_norm) - change, "=", Integer(0), tolerance=1e-12)


theorem = Theorem(
    claim=version(-step * w_pull),
    family=HOMOGENEOUS,
    mutants={
        "the norm for its logarithm": version(log(1 + (step * w_pull) ** 2) / 2 - step * w_pull),
        "as under SWN": version(-step * w_pull / w_norm**2),
        "the other sign": version(step * w_pull),
        "conserved": version(Integer(0)),
    },
)
