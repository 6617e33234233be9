"""The gradient of a direction is orthogonal to it.

Statement:   ⟨v_k, ∂L/∂v_k⟩ = 0, measured relative to |v_k| κ|r||g_k|/(√m|v_k|), the largest that the product can be.
Hypotheses:  v_k ≠ 0.
Kind:        identity
Label:       lemma
Paper:       orthogonality (recollection): ∂L/∂v_k is orthogonal to v_k.
Relation:    same: to rounding.
Tags:        gradient, scale invariance, relu
"""

from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.families.relu.gains import RELU_GAINS, alignment, plain_alignment

theorem = Theorem(
    claim=Claim(alignment, "=", Integer(0), tolerance=1e-13),
    family=RELU_GAINS,
    mutants={"without the projection": Claim(plain_alignment, "=", Integer(0), tolerance=1e-13)},
)
