"""A direction moves no faster than the residual, by its gain over its length.

Statement:   |∂L/∂v_k| ≤ |g_k| κ|r|/(|v_k|√m) with κ = |X|₂, for the first neuron.
Hypotheses:  |x_i| = 1, v_k ≠ 0.
Kind:        upper bound, tight: attained by near-parallel inputs and a neuron almost across them
Label:       corollary
Paper:       lemma on movement (recollection): |v_k(t) − v_k(0)| is of the order √n |r(0)|α²/(√m λ₀), by a bound of
             ∂L/∂v_k by |r|.
Relation:    step of its proof: the speed itself, with κ ≤ √n in place of √n.
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
    corollary_of="dukler2020/gradient_pythagoras",
)
