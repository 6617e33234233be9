"""Where the printed eq. (13) fails, it holds with log(1/LL_0) for the least margin.

Statement:   1/LL_t ≥ 1/LL_0 + L²ε² t with ε = log(1/LL_0) (L = 1, one node), for f_i = ‖w‖ h_i(angle).
Hypotheses:  A1; EWN with ‖v‖ = 1; two samples, f continuously differentiable and homogeneous of degree 1.
Kind:        lower bound on 1/LL
Label:       theorem
Paper:       eq. (13) (read): 1/LL ≥ 1/LL_0 + (L²ε²/k)(t − t_0) with ε the least margin at t_0.
Relation:    corrected: see finite_time_ewn; here for the network of control_finite_time_ewn.
Tags:        rate, ewn, flow
"""

from sympy import Expr, log

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.bent_node import BELOW_ONE, BENT_NODE, end_loss, start_loss, start_margin, t


def version(epsilon: Expr) -> Claim:
    """The claim with another margin."""
    return Claim(1 / end_loss, ">=", 1 / start_loss + epsilon**2 * t, given=BELOW_ONE, tolerance=1e-6)


theorem = Theorem(
    claim=version(-log(start_loss)),
    family=BENT_NODE,
    mutants={"the least margin": version(start_margin), "0.8 of the least margin": version(4 * start_margin / 5)},
)
