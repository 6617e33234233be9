"""Along a direction itself the Hessian returns minus the gradient.

Statement:   (∂²L/∂v_k∂v_k) v_k = −∂L/∂v_k. Measured for the first neuron along an arbitrary vector p, relative to
             |p||∂L/∂v|.
Hypotheses:  v_k ≠ 0; the neuron sees some residual, |∂L/∂v_1| > 1e-3.
Kind:        identity
Label:       lemma
Paper:       not in it.
References:  derivative in s of ∂L/∂v(sv) = ∂L/∂v(v)/s at s = 1.
Tags:        scale invariance, hessian, relu
"""

import sympy
from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.families.relu.gains import (
    MOVING,
    RELU_GAINS,
    direction_gradient,
    gradient_along,
    radial_curvature,
    size_p,
)


def version(multiple: sympy.Expr) -> Claim:
    """The claim with another multiple of the gradient."""
    defect = (radial_curvature - multiple * gradient_along) / (direction_gradient * size_p)
    return Claim(defect, "=", Integer(0), given=MOVING, tolerance=1e-10)


theorem = Theorem(
    claim=version(Integer(-1)),
    family=RELU_GAINS,
    mutants={
        "flat along v": version(Integer(0)),
        "plus the gradient": version(Integer(1)),
        "twice": version(Integer(-2)),
    },
)
