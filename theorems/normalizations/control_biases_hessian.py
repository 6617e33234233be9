"""Control: with biases no depth-free bound holds on the Hessian in rows and output layer.

Statement:   ‖∂²f/∂W∂v‖₂ ≤ max(λ₂, min(λ₁, 2h)) of `depth_free/hessian`, with V = ‖v‖ for 1 + ρ₁, for WeightNorm with
             gains of at most 1 and biases of norm √m at most, where no ‖α^l‖ exceeds 1.
Hypotheses:  all |g_i| ≤ 1, ‖b^l‖ ≤ √m, ‖α^l‖ ≤ 1 for all l, φ = identity, ‖x‖₂ ≤ 1, no zero row.
Kind:        control, false on purpose: at the instance of `control_biases_depth_free` the block is √(L/m)/ω, and the
             bound tends to √((2 − 1/m)/m)/ω as V → 0
Label:       control
Paper:       not in it.
Ours:        a wrong version of depth_free/hessian.
Tags:        control, hessian, depth, biases
"""

from sympy import sqrt

from wnverify import Claim, Theorem, Verdict
from wnverify.bounds.depth_free import cross_term, hessian_from, own_term, tangential_term
from wnverify.families.normalizations.gains import DEEP_BIASES

block, V, gain, bias, state, m = DEEP_BIASES.symbols(
    "hessian_norm_W_v norm_v largest_g largest_row_b largest_state m"
)
given = {
    "gains of at most 1": (gain, "<=", 1),
    "biases of at most 1 in the mean square": (bias, "<=", sqrt(m)),
    "activations of at most 1": (state, "<=", 1),
}

theorem = Theorem(
    claim=Claim(block, "<=", hessian_from(own_term(V), tangential_term(radius=V), cross_term()), given=given),
    family=DEEP_BIASES,
    settings={"activation": ("identity",)},
    expect=Verdict.REFUTED,
)
