"""WeightNorm with gains: the gradient in the gains themselves, which does grow with the depth.

Statement:   Σ_l ‖∂f/∂g^l‖² ≤ (V²/m)Σ_l Π_{k≠l} γ_k², V = ‖v‖, γ_l = max_i |g^l_i|; LV²/m at unit gains.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, ‖x‖₂ ≤ 1, equal widths, no zero row, no biases.
Kind:        upper bound, tight for every L and m
Label:       theorem
Paper:       not in it.
Ours:        the statement.
Tags:        gradient, depth, gains

Proof. ∂f/∂g_i = c_i m^{-1/2}⟨w̄_i, α^{l−1}⟩ with c = ∂f/∂z^l, so that its square sums to at most ‖c‖²‖α^{l−1}‖²/m.
A layer multiplies norms by γ_l at most, forwards and backwards, as ‖W̄‖₂ ≤ ‖W̄‖_F = √m: ‖α^{l−1}‖ ≤ Π_{k<l} γ_k and
‖c‖ ≤ VΠ_{k>l} γ_k. ∎
Attained by the identity, gains alike, and all rows, x and v along (1, …, 1).
"""

from wnverify import Claim, Step, Theorem, decreasing, increasing
from wnverify.families.normalizations.gains import GAINS

found, V, others, L, m = GAINS.symbols("gradient_norm_g norm_v gains_of_others L m")
handed = GAINS.symbols("handed")
bound = V**2 / m * others

theorem = Theorem(
    claim=Claim(found**2, "<=", bound),
    family=GAINS,
    about_bound=[decreasing(m), increasing(V), increasing(others)],
    mutants={
        "2 V²/m, without the depth": 2 * V**2 / m,
        "L V²/m, without the gains": L * V**2 / m,
        "1/m²": bound / m,
        "one layer's share": bound / L,
    },
    steps=[
        Step("∂f/∂g_i = c_i m^{−1/2}⟨w̄_i, α^{l−1}⟩", found**2, "<=", handed / m),
        Step("‖α^{l−1}‖ ≤ Π_{k<l} γ_k and ‖c‖ ≤ VΠ_{k>l} γ_k", handed, "<=", V**2 * others),
    ],
)
