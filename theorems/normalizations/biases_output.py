"""WeightNorm with gains and biases: the activations, by what gains and biases can add to them.

Statement:   ‖α^L‖ ≤ a_L with a_0 = ‖x‖, a_l = γ_l a_{l−1} + ‖b^l‖/√m and γ_l = max_i |g^l_i|; so |f| ≤ V a_L.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, equal widths, no zero row.
Kind:        upper bound, tight for every L and m
Label:       theorem
Paper:       not in it.
Ours:        the statement.
Tags:        output, gains, biases

Proof. ‖α^l‖ ≤ ‖z^l‖ ≤ m^{-1/2}(‖g ⊙ W̄α^{l−1}‖ + ‖b^l‖) and ‖W̄‖₂ ≤ √m. ∎
Attained by the identity, and all rows, x, b and v along (1, …, 1).
"""

from wnverify import Claim, Theorem, increasing
from wnverify.families.normalizations.gains import BIASES

size, output, V, P, a, r = BIASES.symbols("gradient_norm_v output_abs norm_v gain_product reach input_norm")

theorem = Theorem(
    claim=Claim(size, "<=", a),
    family=BIASES,
    about_bound=[increasing(a)],
    mutants={
        "without the biases": P * r,
        "0.99 of it": a * 99 / 100,
        "the output without V": Claim(output, "<=", a),
    },
)
