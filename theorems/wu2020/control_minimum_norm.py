"""Control: weight normalization does not find the minimum-norm solution exactly.

Statement:   x_∞ = x*, that is ‖x_∞ − x*‖ = 0 at the end of the integrated flow.
Hypotheses:  ‖gAw − y‖ < ‖y‖, g > 0, k = om² e^{(g² − X²)/c} < 1; the run converged.
Kind:        control, false on purpose: it must be refuted
Label:       control
Paper:       not in it.
Ours:        a wrong version of wu2020/distance_upper, as which its abstract might be read in haste.
Tags:        control, minimum norm
"""

from sympy import Integer

from wnverify import Claim, Theorem, Verdict
from wnverify.bounds.wu2020 import BELOW_ONE
from wnverify.families.least_squares.flow import FLOW, SQUARED, TO_SOLUTION, limit_distance

theorem = Theorem(
    claim=Claim(limit_distance, "=", Integer(0), given={**TO_SOLUTION, **BELOW_ONE}, tolerance=1e-6),
    family=FLOW,
    settings=SQUARED,
    expect=Verdict.REFUTED,
)
