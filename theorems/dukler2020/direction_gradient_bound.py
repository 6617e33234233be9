"""A direction moves no faster than the residual, by its gain over its length.

Statement:   |∂L/∂v_k| ≤ |g_k| κ|r|/(|v_k|√m) with κ = |X|₂, for the first neuron.
Hypotheses:  |x_i| = 1, v_k ≠ 0.
Kind:        upper bound, tight: attained by near-parallel inputs and a neuron almost across them
Paper:       the movement lemma.
Ours:        the statement, from the Pythagorean split of the gradient.
Tags:        gradient, width, relu
"""

from sympy import sqrt

from wnverify import Claim, Theorem, decreasing, free_of, increasing
from wnverify.families.relu.gains import RELU_GAINS, alpha, direction_gradient, gain, kappa, m, norm, residual_norm

bound = abs(gain) * kappa * residual_norm / (norm * sqrt(m))

theorem = Theorem(
    claim=Claim(direction_gradient, "<=", bound),
    family=RELU_GAINS,
    about_bound=[decreasing(m), decreasing(norm), increasing(kappa), free_of(alpha)],
    mutants={
        "without kappa": bound / kappa,
        "without the gain": bound / abs(gain),
        "without 1/|v|": bound * norm,
        "0.95 of the bound": bound * 19 / 20,
    },
)
