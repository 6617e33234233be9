"""Control: eq. (13) with the least margin at the start is false for a smooth homogeneous network.

Statement:   1/LL_t ≥ 1/LL_0 + L²ε² t with ε the least margin at the start (L = 1, one node), for f_i = ‖w‖
             h_i(angle).
Hypotheses:  A1; EWN with ‖v‖ = 1; two samples, f continuously differentiable and homogeneous of degree 1.
Kind:        control, false on purpose: it must be refuted
Label:       control
Paper:       eq. (13) (read): 1/LL ≥ 1/LL_0 + (L²ε²/k)(t − t_0), ε the least margin at t_0, for every continuously
             differentiable homogeneous network of k nodes.
Relation:    false as printed: at start .72, low .2 and width .05: 1/LL = 1.348 at t = 2, where it says 2.045; the
             paper's conclusions do not depend on it (finite_time_ewn).
Ours:        the network.
Tags:        control, rate, ewn, flow
"""

from wnverify import Claim, Theorem, Verdict
from wnverify.families.homogeneous.bent_node import BELOW_ONE, BENT_NODE, end_loss, start_loss, start_margin, t

theorem = Theorem(
    claim=Claim(1 / end_loss, ">=", 1 / start_loss + start_margin**2 * t, given=BELOW_ONE, tolerance=1e-6),
    family=BENT_NODE,
    expect=Verdict.REFUTED,
)
