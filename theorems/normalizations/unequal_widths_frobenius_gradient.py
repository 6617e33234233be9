"""W/‖W‖_F with layers of unequal widths: the gradient knows neither depth nor width.

Statement:   Σ_l ‖W^l‖_F²‖∂f/∂W^l‖_F² + V²‖α^L‖² + ‖∂f/∂x‖² ≤ 2V², V = ‖v‖; here L = 3.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, ‖x‖₂ ≤ 1, matrices of any shapes that fit together, none of which vanishes.
Kind:        upper bound, tight for all widths with m_1 ≥ 2
Label:       theorem
Paper:       not in it.
Ours:        the statement; `frobenius_hidden_gradient` is that of equal widths.
Tags:        gradient, depth, depth-free, widths, frobenius

Proof. That of `frobenius_hidden_gradient` word for word: ‖Ma‖² + ‖Mᵀc‖² − ⟨c, Ma⟩² ≤ ‖M‖_F² for unit a and c is about
one row and one column of M in bases that begin with c and a, whatever the shape of M; the rest is a telescope of
numbers. Each layer's share is divided by its own ‖W^l‖_F². ∎
Attained by W¹ = e₁e₁ᵀ, W² = e₁e₂ᵀ, W³ = e₁e₁ᵀ, x = v = e₁ and the identity.
"""

from wnverify import Claim, Theorem, increasing
from wnverify.families.normalizations.unequal_widths import LAYERS, UNEQUAL_WIDTHS

V, out, into, m1, m2 = UNEQUAL_WIDTHS.symbols("norm_v gradient_norm_v input_gradient_norm m1 m2")
pairs = [UNEQUAL_WIDTHS.symbols(f"scale_{layer} gradient_norm_W{layer}") for layer in LAYERS]
spent = sum(scale**2 * gradient**2 for scale, gradient in pairs) + V**2 * out**2 + into**2
bound = 2 * V**2

theorem = Theorem(
    claim=Claim(spent, "<=", bound),
    family=UNEQUAL_WIDTHS,
    settings={"normalization": ("frobenius",)},
    about_bound=[increasing(V)],
    mutants={
        "1 for 2": V**2,
        "2 − 1/m for 2, as for rows": bound * (1 - 1 / (2 * m1)),
        "0.999 of it": bound * 999 / 1000,
        "without V": bound / V**2,
    },
)
