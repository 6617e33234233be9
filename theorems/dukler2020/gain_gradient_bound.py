"""A gain moves no faster than the residual, by the inputs' spectral norm over the root of the width.

Statement:   |∂L/∂g_k| ≤ κ|r|/√m with κ = |X|₂, for the first neuron.
Hypotheses:  |x_i| = 1, v_k ≠ 0.
Kind:        upper bound, tight: attained by near-parallel inputs and a neuron along them
Label:       corollary
Paper:       lemma on movement (recollection): |g_k(t) − g_k(0)| is of the order √n |r(0)|/(√m ω), by a bound of
             ∂L/∂g_k by |r|.
Relation:    step of its proof: the speed itself, with κ ≤ √n in place of √n.
Ours:        the statement, from the Pythagorean split of the gradient.
Tags:        gradient, width, relu
"""

from sympy import sqrt

from wnverify import Claim, Theorem, decreasing, free_of, increasing
from wnverify.families.relu.gains import RELU_GAINS, alpha, gain_gradient, kappa, m, n, residual_norm

bound = kappa * residual_norm / sqrt(m)

theorem = Theorem(
    claim=Claim(gain_gradient, "<=", bound),
    family=RELU_GAINS,
    about_bound=[decreasing(m), increasing(kappa), free_of(alpha)],
    mutants={
        "without kappa": residual_norm / sqrt(m),
        "1/sqrt(n) for kappa": residual_norm / sqrt(n * m),
        "1/m for 1/sqrt(m)": bound / sqrt(m),
        "0.98 of the bound": bound * 49 / 50,
    },
    corollary_of="dukler2020/gradient_pythagoras",
)
