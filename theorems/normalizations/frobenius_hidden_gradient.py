"""W/‖W‖_F: the gradient in the hidden layers knows no depth; what it does not spend, output and input have.

Statement:   Σ_l ‖∂f/∂W^l‖_F² + (V²‖α^L‖² + ‖∂f/∂x‖²)/ω² ≤ 2V²/ω² with V = ‖v‖, ω = min_l ‖W^l‖_F, f = ⟨v, α^L⟩,
             α^l = φ(W^l α^{l−1}/‖W^l‖_F), α⁰ = x; so Σ_l ‖∂f/∂W^l‖_F² ≤ 2V²/ω² for every L.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, ‖x‖₂ ≤ 1, no W^l vanishes.
Kind:        upper bound, tight for every L ≥ 2 and m ≥ 2
Label:       theorem
Paper:       not in it.
Ours:        the statement. It takes no rows: a matrix of Frobenius norm 1, and a lost radial direction.
Tags:        gradient, depth, depth-free, frobenius

Proof. For unit a, c: ‖Ma‖² + ‖Mᵀc‖² − ⟨c, Ma⟩² ≤ ‖M‖_F², since in bases that begin with c and a the left side is one
row and one column of M. Let X_l = ‖α^l‖², Y_l = ‖∂f/∂α^l‖², Γ = ∂f/∂M^l = cα^{l−1}ᵀ with c = φ′∘∂f/∂α^l. Times
‖c‖²X_{l−1}, with ‖M‖_F = 1: ‖Γ‖² − ⟨Γ, M⟩² ≤ ‖c‖²(X_{l−1} − ‖Mα‖²) + X_{l−1}(‖c‖² − ‖Mᵀc‖²), which is at most
V²(X_{l−1} − X_l) + (Y_l − Y_{l−1}), as X_l ≤ ‖Mα‖² ≤ X_{l−1} ≤ 1, ‖c‖² ≤ Y_l ≤ V² and ‖Mᵀc‖² = Y_{l−1} ≤ ‖c‖².
∂f/∂W^l = (Γ − ⟨Γ, M⟩M)/‖W^l‖_F has the norm (‖Γ‖² − ⟨Γ, M⟩²)^{1/2}/‖W^l‖_F. Sum over l. ∎
Attained by W¹ = e₁xᵀ, W² = e₁e₂ᵀ, deeper layers e₁e₁ᵀ, v = e₁ and the identity.
"""

from wnverify import Claim, Step, Theorem, decreasing, free_of, increasing
from wnverify.families.normalizations.frobenius import FROBENIUS

hidden, out, into, V, omega, L, m = FROBENIUS.symbols(
    "gradient_norm_W gradient_norm_v input_gradient_norm norm_v omega L m"
)
turned, telescoped = FROBENIUS.symbols("turned telescoped")
spent = hidden**2 + (V**2 * out**2 + into**2) / omega**2
bound = 2 * V**2 / omega**2

theorem = Theorem(
    claim=Claim(spent, "<=", bound),
    family=FROBENIUS,
    about_bound=[free_of(L), free_of(m), decreasing(omega), increasing(V)],
    mutants={
        "1.96 for 2": bound * 49 / 50,
        "2 - 1/m for 2, as for rows": bound * (1 - 1 / (2 * m)),
        "the hidden layers within one share": Claim(hidden**2, "<=", bound / 2),
        "without V": bound / V**2,
        "1/omega for 1/omega^2": Claim(hidden**2, "<=", 2 * V**2 / omega),
    },
    steps=[
        Step("∂f/∂W = (Γ − ⟨Γ, M⟩M)/‖W‖_F and ‖W^l‖_F ≥ ω", hidden**2, "<=", turned / omega**2),
        Step("‖Ma‖² + ‖Mᵀc‖² − ⟨c, Ma⟩² ≤ ‖M‖_F² for unit a and c", turned, "<=", telescoped),
        Step("it telescopes: X_l ≤ ‖Mα‖², ‖c‖² ≤ Y_l ≤ V²", telescoped, "<=", 2 * V**2 - V**2 * out**2 - into**2),
    ],
)
