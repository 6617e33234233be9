"""W/‖W‖₂: the whole gradient, with the output layer.

Statement:   ‖∇_θ f(θ;x)‖² ≤ 1 + V²Σ_l (1 + s_l²)/σ_l², V = ‖v‖, σ_l = ‖W^l‖₂, s_l = σ₂/σ₁ of W^l.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, ‖x‖₂ ≤ 1, no W^l vanishes, s_l < 1.
Kind:        upper bound, tight for every L as s → 1
Label:       corollary
Paper:       not in it.
Ours:        the statement; tried with layers of two to four units.
Tags:        gradient, depth, spectral

Proof. ∂f/∂v = α^L, of norm at most 1; the rest is `spectral_hidden_gradient`. ∎
"""

from sympy import Integer, sqrt

from wnverify import Claim, Theorem, increasing
from wnverify.bounds.chain_proofs import by_layers
from wnverify.families.normalizations.spectral import SPECTRAL

gradient, V, shares = SPECTRAL.symbols("gradient_norm norm_v shares")
out, hidden = SPECTRAL.symbols("gradient_norm_v gradient_norm_W")

theorem = Theorem(
    claim=Claim(gradient**2, "<=", 1 + V**2 * shares),
    family=SPECTRAL,
    about_bound=[increasing(V), increasing(shares)],
    mutants={
        "the hidden layers alone": V**2 * shares,
        "without V": 1 + shares,
        "0.98 of them": 1 + V**2 * shares * 49 / 50,
    },
    corollary_of="normalizations/spectral_hidden_gradient",
    steps=by_layers(gradient, (out, hidden), (Integer(1), V * sqrt(shares))),
)
