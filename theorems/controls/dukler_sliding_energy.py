"""Control: df/dt = −Λr with indicators 0 and 1 is false for runs that slide along a kink.

Statement:   |r(0)|² = |r(t)|² + 2∫₀ᵗ rᵀΛr, Λ with indicators 0 and 1, for every run.
Hypotheses:  g_k > 0 along the run; sliding is not excluded.
Kind:        control, false by several per cent however small the steps
Label:       control
Paper:       not in it.
Ours:        a wrong version of dukler2020/flow_energy, on the same runs.
Tags:        control, gradient flow, relu, sliding, energy
"""

from wnverify import Claim, Theorem, Verdict
from wnverify.families.relu.paths import POSITIVE, RELU_PATHS, end_residual, indicator_work, start_residual

theorem = Theorem(
    claim=Claim(start_residual**2, "=", end_residual**2 + indicator_work, given=POSITIVE, tolerance=1e-3),
    family=RELU_PATHS,
    expect=Verdict.REFUTED,
)
