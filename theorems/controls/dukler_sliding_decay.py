"""Control: with indicators 0 and 1 the decay along the flow is false for runs that slide along a kink.

Statement:   |r(t)| ≤ |r(0)| exp(−∫₀ᵗ λ_min(Λ)), Λ with indicators 0 and 1, for every run.
Hypotheses:  g_k > 0 along the run; sliding is not excluded.
Kind:        control, false: while a neuron slides, a_ik stays at 0 though its indicator says that it moves
Label:       control
Paper:       not in it.
Ours:        a wrong version of dukler2020/flow_decay, on the same runs; see flow_decay_indicator.
Tags:        control, gradient flow, relu, sliding
"""

from sympy import exp

from wnverify import Claim, Theorem, Verdict
from wnverify.families.relu.paths import POSITIVE, RELU_PATHS, end_residual, indicator_exponent, start_residual

theorem = Theorem(
    claim=Claim(end_residual, "<=", start_residual * exp(-indicator_exponent), given=POSITIVE, tolerance=1e-3),
    family=RELU_PATHS,
    expect=Verdict.REFUTED,
)
