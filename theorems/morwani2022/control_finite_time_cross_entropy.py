"""Control: eq. (51), the rate for cross-entropy without its factor, is false.

Statement:   1/LL_t ≥ 1/LL_0 + L²ε² t with ε the margin at the start, for one node f = w^L, LL = log(1 + e^{−f}).
Hypotheses:  A1: LL_0 < log 2; EWN with ‖v‖ = 1, one sample of two classes.
Kind:        control, false on purpose: it must be refuted
Label:       control
Paper:       eq. (51) (read): 1/LL ≥ 1/LL_0 + (L²ε²/k)(t − t_0) for the cross-entropy of every homogeneous network
             of k nodes.
Relation:    false as printed: at ε = .1, t = 2 it says 1.56387 ≥ 1.57184; log(1 + s) > s/(1 + s) is used in the
             wrong direction. The repair has a factor of .52 (finite_time_cross_entropy); LL = O(1/t) stays true.
Tags:        control, rate, cross-entropy, ewn, scalar
"""

from wnverify import Claim, Theorem, Verdict
from wnverify.families.homogeneous.cross_entropy_node import CROSS_ENTROPY_NODE, end_loss, start, start_loss, time

theorem = Theorem(
    claim=Claim(1 / end_loss, ">=", 1 / start_loss + start**2 * time, tolerance=1e-9),
    family=CROSS_ENTROPY_NODE,
    expect=Verdict.REFUTED,
)
