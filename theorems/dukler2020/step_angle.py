"""A step of gradient descent turns a direction by the arc tangent of its relative length.

Statement:   the angle between v_k(s) and v_k(s+1) is atan(η|∂L/∂v_k|/|v_k|), for the first neuron.
Hypotheses:  v_k ≠ 0, any step size η.
Kind:        identity
Label:       corollary
Paper:       orthogonality (recollection): ∂L/∂v_k is orthogonal to v_k.
Relation:    stronger: the angle by which a step therefore turns v_k.
Ours:        the statement, from the orthogonality of v_k and its gradient.
Tags:        gradient descent, angle, relu
"""

from sympy import atan

from wnverify import Claim, Theorem, decreasing, increasing
from wnverify.families.relu.gains import RELU_GAINS, direction_gradient, norm, step, step_angle

tangent = step * direction_gradient / norm

theorem = Theorem(
    claim=Claim(step_angle, "=", atan(tangent), tolerance=1e-10),
    family=RELU_GAINS,
    about_bound=[increasing(step), decreasing(norm)],
    mutants={
        "the tangent for the angle": tangent,
        "twice the half angle": 2 * atan(tangent / 2),
        "per squared length": atan(tangent / norm),
    },
    corollary_of="dukler2020/gradient_orthogonal",
)
