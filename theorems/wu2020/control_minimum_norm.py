"""Control: weight normalization does not find the minimum-norm solution exactly.

Statement:   x_∞ = x*, that is ‖x_∞ − x*‖² = 0.
Hypotheses:  k = om² e^{(g² − X²)/c} < 1.
Kind:        control, false on purpose: it must be refuted
Paper:       a common summary of it.
Ours:        a wrong version of wu2020/distance_upper.
Tags:        control, minimum norm
"""

from sympy import Integer

from wnverify import Claim, Theorem, Verdict
from wnverify.bounds.wu2020 import BELOW_ONE
from wnverify.families.least_squares.state import LEAST_SQUARES, SQUARED, distance2

theorem = Theorem(
    claim=Claim(distance2, "=", Integer(0), given=BELOW_ONE, tolerance=1e-6),
    family=LEAST_SQUARES,
    settings=SQUARED,
    expect=Verdict.REFUTED,
)
