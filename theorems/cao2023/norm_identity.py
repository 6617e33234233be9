"""A step of gradient descent lengthens w by Pythagoras.

Statement:   ‖w⁺‖² = ‖w‖² + η²‖∂L/∂w‖².
Hypotheses:  ‖w‖_Σ > 0.
Kind:        identity
Label:       lemma
Paper:       eq. (C.12) (read): ‖w⁺‖² = ‖w‖² + η²‖∂L/∂w‖², since the output does not change with the length of w.
Relation:    same
Tags:        batch normalization, gradient descent, norm growth
"""

from wnverify import Theorem
from wnverify.bounds.cao2023 import grown, pythagoras
from wnverify.families.batch_norm.state import BATCH_NORM, gradient_norm

theorem = Theorem(
    claim=pythagoras(),
    family=BATCH_NORM,
    mutants={"first power": pythagoras(1), "at most half of it": grown(gradient_norm**2 / 2)},
)
