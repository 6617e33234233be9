"""What a neuron sees of the residual splits, by Pythagoras, into the gradients of its direction and of its gain.

Statement:   (|v_k|/g_k)² |∂L/∂v_k|² + (∂L/∂g_k)² = |Xᵀ D_k r|²/m, D_k = diag 1_ik, for the first neuron.
Hypotheses:  v_k ≠ 0, g_k ≠ 0.
Kind:        identity
Label:       lemma
Paper:       not in it.
Ours:        the statement; it gives all movement bounds.
Tags:        gradient, relu
"""

import sympy

from wnverify import Claim, Theorem
from wnverify.families.relu.gains import RELU_GAINS, direction_gradient, gain, gain_gradient, m, norm, seen_residual


def version(weight: sympy.Expr) -> Claim:
    """The claim with another weight of the direction's gradient."""
    return Claim(weight * direction_gradient**2 + gain_gradient**2, "=", seen_residual**2 / m, tolerance=1e-12)


theorem = Theorem(
    claim=version((norm / gain) ** 2),
    family=RELU_GAINS,
    mutants={
        "first power of |v|/g": version(norm / abs(gain)),
        "without the weight": version(sympy.Integer(1)),
        "1/m^2 for 1/m": Claim(
            (norm / gain) ** 2 * direction_gradient**2 + gain_gradient**2, "=", seen_residual**2 / m**2
        ),
    },
)
