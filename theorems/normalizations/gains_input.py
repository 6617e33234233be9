"""WeightNorm with gains and biases: how much the network stretches its input.

Statement:   ‖∂f/∂x‖₂ ≤ VΠγ_l, V = ‖v‖, γ_l = max_i |g^l_i|, whatever the biases.
Hypotheses:  |φ′| ≤ 1, equal widths, no zero row.
Kind:        upper bound, tight for every L and m
Label:       theorem
Paper:       not in it.
Ours:        the statement.
Tags:        input, gains, biases

Proof. The Jacobian of a layer is m^{-1/2}diag(φ′g)W̄, of norm at most γ_l, since ‖W̄‖₂ ≤ ‖W̄‖_F = √m. ∎
"""

from wnverify import Claim, Theorem, increasing
from wnverify.families.normalizations.gains import BIASES

slope, V, P = BIASES.symbols("input_gradient_norm norm_v gain_product")

theorem = Theorem(
    claim=Claim(slope, "<=", V * P),
    family=BIASES,
    about_bound=[increasing(V), increasing(P)],
    mutants={"without the gains": V, "0.99 of it": V * P * 99 / 100, "without V": P},
)
