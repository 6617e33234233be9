"""W/‖W‖₂: the gradient in the hidden layers grows as their number, and may reach twice what rows would cost.

Statement:   Σ_l ‖∂f/∂W^l‖_F² ≤ V²Σ_l (1 + s_l²)/σ_l², V = ‖v‖, σ_l = ‖W^l‖₂, s_l = σ₂/σ₁ of W^l.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, ‖x‖₂ ≤ 1, no W^l vanishes, s_l < 1.
Kind:        upper bound, tight for every L as s → 1
Label:       theorem
Paper:       not in it.
Ours:        the statement; tried with layers of two to four units.
Tags:        gradient, depth, spectral

Proof. At S(W) = W/σ₁ with E = u₁v₁ᵀ, DS[U] = (U − S⟨E, U⟩)/σ₁, so that for unit a and g the norm of
U ↦ ⟨g, DS[U]a⟩ is ‖gaᵀ − cE‖_F/σ₁ with c = gᵀSa = X + Y, X = (gᵀu₁)(v₁ᵀa) and |Y| ≤ s. Its square is
1 − 2cX + c² = 1 − X² + Y² ≤ 1 + s².
As ‖S‖₂ = 1, ‖α^{l−1}‖ ≤ 1 and ‖∂f/∂z^l‖ ≤ V. ∎
Attained by the identity, W = diag(1, s), x = v = e₂, s → 1, where Σ → 2LV².
"""

from wnverify import Claim, Theorem, increasing
from wnverify.families.normalizations.spectral import SPECTRAL

hidden, V, shares, sigma, L = SPECTRAL.symbols("gradient_norm_W norm_v shares sigma L")
bound = V**2 * shares

theorem = Theorem(
    claim=Claim(hidden**2, "<=", bound),
    family=SPECTRAL,
    about_bound=[increasing(V), increasing(shares)],
    mutants={
        "1 for 1 + s²": V**2 * L / sigma**2,
        "without V": shares,
        "0.99 of it": bound * 99 / 100,
        "one layer's share": bound / L,
    },
)
