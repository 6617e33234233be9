"""The output does not see the lengths of the directions.

Statement:   f at (s_k v_k) is f at (v_k), for every s_k > 0. Measured along an arbitrary vector, relative to the
             largest value possible.
Hypotheses:  v_k ≠ 0.
Kind:        identity
Label:       lemma
Paper:       setting (recollection): f = m^{-1/2} Σ_k c_k relu(g_k ⟨v_k/|v_k|, x⟩).
Relation:    same: what the definition says of lengths, measured as a check of the routes.
References:  f depends on v_k through v_k/|v_k| only.
Tags:        scale invariance, relu
"""

import sympy
from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.families.relu.gains import RELU_GAINS, output_along, output_scale, s, scaled_output


def version(expected: sympy.Expr) -> Claim:
    """The claim with another expectation of the rescaled output."""
    return Claim((scaled_output - expected) / output_scale, "=", Integer(0), tolerance=1e-12)


theorem = Theorem(
    claim=version(output_along),
    family=RELU_GAINS,
    mutants={"homogeneous of degree 1": version(s * output_along), "output vanishes": version(Integer(0))},
)
