"""Control: with gains above 1 the output is not bounded by the output layer.

Statement:   |f(θ;x)| ≤ V for WeightNorm with any gains, V = ‖v‖.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, ‖x‖₂ ≤ 1, no zero row.
Kind:        control, false on purpose: gains γ and all rows, x and v along (1, …, 1) give γ^L V
Label:       control
Paper:       not in it.
Ours:        a wrong version of normalizations/biases_output.
Tags:        control, output, gains
"""

from wnverify import Claim, Theorem, Verdict
from wnverify.families.normalizations.gains import DEEP_GAINS

output, V = DEEP_GAINS.symbols("output_abs norm_v")

theorem = Theorem(claim=Claim(output, "<=", V), family=DEEP_GAINS, expect=Verdict.REFUTED)
