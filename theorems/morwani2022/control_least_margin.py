"""Control: the least margin can fall while the loss does.

Statement:   Along the flow the least margin is never below what it was at the start.
Hypotheses:  A1; EWN with ‖v‖ = 1, exponential loss.
Kind:        control, false on purpose: it must be refuted
Label:       control
Paper:       eq. (13) (read): the proof says that the least margin stays above its value at t_0, as the loss cannot
             rise.
Relation:    false as printed: one sample's margin falls while another's rises faster; what cannot fall is log(1/LL),
             below which no margin lies (finite_time_ewn).
Tags:        control, rate, ewn, flow, homogeneous
"""

from wnverify import Claim, Theorem, Verdict
from wnverify.families.homogeneous.hidden_flow import BELOW_ONE, HIDDEN_FLOW, end_margin, start_margin

theorem = Theorem(
    claim=Claim(end_margin, ">=", start_margin, given=BELOW_ONE, tolerance=1e-3),
    family=HIDDEN_FLOW,
    settings={"normalization": ("ewn",), "loss": ("exponential",)},
    expect=Verdict.REFUTED,
)
