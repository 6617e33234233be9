"""The energy identity of the gradient flow holds with averaged indicators, sliding runs included.

Statement:   |r(0)|² = |r(t)|² + 2∫₀ᵗ rᵀΛ_s r, s the indicators averaged over 20 Euler steps where a run slides.
Hypotheses:  g_k > 0 along the run.
Kind:        identity, up to the integration error of Euler's method with 240 steps (1 %)
Paper:       the flow.
Ours:        the statement, for Filippov solutions.
Tags:        gradient flow, relu, sliding, energy
"""

from wnverify import Claim, Theorem
from wnverify.families.relu.paths import POSITIVE, RELU_PATHS, end_residual, indicator_work, start_residual, work

theorem = Theorem(
    claim=Claim(start_residual**2, "=", end_residual**2 + work, given=POSITIVE, tolerance=1e-2),
    family=RELU_PATHS,
    mutants={
        "indicators 0 and 1": end_residual**2 + indicator_work,
        "without the factor 2": end_residual**2 + work / 2,
    },
)
