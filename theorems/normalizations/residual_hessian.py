"""Residual WeightNorm: the Hessian in the rows and the output layer.

Statement:   ‖∂²f/∂(W, v)²‖₂ ≤ (C + √(C² + 4b²))/2, C = Vλ_max(Q), V = ‖v‖, Q as in `residual_hidden_hessian`, and
             b² = Σ_l (p_l(1 + c)^{L−l})², p_l = c‖α^{l−1}‖/(√m ω_l), ω_l the least row norm; c is held fixed.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x‖₂ ≤ 1, equal widths, no zero row, c > 0.
Kind:        upper bound; attained where one layer dominates
Label:       theorem
Paper:       not in it.
Ours:        the statement.
Tags:        hessian, smoothness, depth, residual

Proof. Along (U, q), f̈ = 2⟨q, α̇^L⟩ + ⟨v, α̈^L⟩. In `residual_hidden_hessian` the second term is at most C‖U‖², and
‖α̇^l‖ ≤ (1 + c)‖α̇^{l−1}‖ + p_l‖U^l‖, unrolled, gives ‖α̇^L‖ ≤ Σ(1 + c)^{L−l}p_l‖U^l‖ ≤ b‖U‖. The largest value of
2b‖q‖‖U‖ + C‖U‖² over unit (U, q) is what is stated. ∎
"""

from wnverify import Claim, Theorem, increasing
from wnverify.bounds.chain_proofs import by_chain
from wnverify.bounds.pre_activations import pair
from wnverify.families.normalizations.residual import RESIDUAL_STACK

hessian, V, bend, reach, c, L = RESIDUAL_STACK.symbols("weights_hessian_norm norm_v bend reach norm_c L")
hidden, cross = RESIDUAL_STACK.symbols("hessian_norm_W hessian_norm_W_v")
bound = pair(V * bend, reach)

theorem = Theorem(
    claim=Claim(hessian, "<=", bound),
    family=RESIDUAL_STACK,
    about_bound=[increasing(V), increasing(bend), increasing(reach)],
    mutants={
        "without b": V * bend,
        "b alone": reach,
        "without V": pair(bend, reach),
        "without the factor of the last layer": pair(V * bend / (1 + c), reach / (1 + c)),
        "0.95 of it": bound * 95 / 100,
    },
    steps=by_chain(hessian, (hidden, cross), (V * bend, reach)),
)
