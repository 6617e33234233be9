"""A step of gradient descent lengthens a direction, by Pythagoras.

Statement:   |v_k(s+1)|² = |v_k(s)|² + η²|∂L/∂v_k|², for the first neuron.
Hypotheses:  v_k ≠ 0, any step size η.
Kind:        identity
Label:       corollary
Paper:       orthogonality (recollection): |v_k| never falls under descent.
Relation:    stronger: by how much it grows in a step.
Ours:        the formula.
Tags:        gradient descent, norm growth, relu
"""

from wnverify import Claim, Theorem, free_of, increasing
from wnverify.families.relu.gains import RELU_GAINS, direction_gradient, m, next_norm, norm, step

theorem = Theorem(
    claim=Claim(next_norm**2, "=", norm**2 + step**2 * direction_gradient**2, tolerance=1e-12),
    family=RELU_GAINS,
    about_bound=[increasing(step), increasing(norm), free_of(m)],
    mutants={
        "eta for eta^2": norm**2 + step * direction_gradient**2,
        "the norm is kept": norm**2,
        "twice the increment": norm**2 + 2 * step**2 * direction_gradient**2,
    },
    corollary_of="dukler2020/gradient_orthogonal",
)
