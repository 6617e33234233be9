"""A step of gradient descent moves g_k a_ik, to first order, by at most η κ |r| max(1, g²/|v|²)/√m.

Statement:   |L_ik| ≤ (ηκ|r|/√m) max(1, (g_k/|v_k|)²), for the first neuron and the first input.
Hypotheses:  v_k ≠ 0.
Kind:        upper bound, tight (one input)
Label:       corollary
Paper:       not in it.
Ours:        the statement.
Tags:        gradient descent, relu
"""

from sympy import Max, sqrt

from wnverify import Claim, Theorem, increasing
from wnverify.families.relu.steps import RELU_STEPS, kappa, linear_change, m, pace, residual, step

scale = step * kappa * residual / sqrt(m)

theorem = Theorem(
    claim=Claim(linear_change, "<=", scale * Max(1, pace**2), tolerance=1e-8),
    family=RELU_STEPS,
    about_bound=[increasing(pace), increasing(step)],
    mutants={
        "gains only": scale,
        "directions only": scale * pace**2,
        "kappa dropped": scale * Max(1, pace**2) / kappa,
    },
    corollary_of="dukler2020/gradient_pythagoras",
)
