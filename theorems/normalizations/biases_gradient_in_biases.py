"""WeightNorm with gains and biases: the gradient in the biases, which grows with the depth.

Statement:   Σ_l ‖∂f/∂b^l‖² ≤ (V²/m)Σ_l Π_{k>l} γ_k², V = ‖v‖, γ_l = max_i |g^l_i|; LV²/m at unit gains.
Hypotheses:  |φ′| ≤ 1, equal widths, no zero row.
Kind:        upper bound, tight for every L and m
Label:       theorem
Paper:       not in it.
Ours:        the statement.
Tags:        gradient, depth, gains, biases

Proof. ∂f/∂b^l = c m^{-1/2} with c = ∂f/∂z^l, and ‖c‖ ≤ VΠ_{k>l} γ_k as in `gains_input`. ∎
"""

from wnverify import Claim, Theorem, decreasing, increasing
from wnverify.families.normalizations.gains import BIASES

found, V, behind, L, m = BIASES.symbols("gradient_norm_b norm_v gains_behind L m")
bound = V**2 / m * behind

theorem = Theorem(
    claim=Claim(found**2, "<=", bound),
    family=BIASES,
    about_bound=[decreasing(m), increasing(V), increasing(behind)],
    mutants={"without the depth": V**2 / m, "L V²/m": L * V**2 / m, "2 V²/m": 2 * V**2 / m, "1/m²": bound / m},
)
