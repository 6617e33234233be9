"""The gradient of a direction is inversely proportional to its length.

Statement:   ∂L/∂v_k at (s_j v_j) is 1/s_k times ∂L/∂v_k at (v_j), for all s_j > 0. Measured for the first neuron
             along an arbitrary vector p, relative to |p||∂L/∂v|.
Hypotheses:  v_k ≠ 0; the neuron sees some residual, |∂L/∂v_1| > 1e-3.
Kind:        identity
Label:       lemma
Paper:       not in it.
References:  derivative of f(sv) = f(v).
Tags:        scale invariance, gradient, relu
"""

import sympy
from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.families.relu.gains import (
    MOVING,
    RELU_GAINS,
    direction_gradient,
    gradient_along,
    s,
    scaled_gradient,
    size_p,
)


def version(factor: sympy.Expr) -> Claim:
    """The claim with another power of the factor."""
    defect = (factor * scaled_gradient - gradient_along) / (direction_gradient * size_p)
    return Claim(defect, "=", Integer(0), given=MOVING, tolerance=1e-10)


theorem = Theorem(
    claim=version(s),
    family=RELU_GAINS,
    mutants={"the same gradient": version(Integer(1)), "1/s^2": version(s**2)},
)
