"""W/‖W‖_F: the hidden gradient is at most that of two layers, whatever the depth.

Statement:   Σ_l ‖∂f/∂W^l‖_F² ≤ min(L, 2)κ, κ = V²/ω², V = ‖v‖, ω = min_l ‖W^l‖_F.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, ‖x‖₂ ≤ 1, no W^l vanishes.
Kind:        upper bound, tight for every L and m ≥ 2
Label:       theorem
Paper:       not in it.
Ours:        the statement; weight normalization has 2 − 1/m for 2, see depth_free/hidden_gradient.
Tags:        gradient, depth, depth-free, frobenius

Proof. For L ≥ 2 it is `frobenius_hidden_gradient`. For L = 1, ‖∂f/∂W‖ ≤ ‖c‖‖x‖/ω ≤ V/ω, as a projection shortens. ∎
"""

from sympy import Min, sqrt

from wnverify import Claim, Step, Theorem, bounded_in, decreasing, free_of, increasing
from wnverify.families.normalizations.frobenius import FROBENIUS

hidden, V, omega, L, m = FROBENIUS.symbols("gradient_norm_W norm_v omega L m")
turned = FROBENIUS.symbols("turned")
bound = sqrt(Min(L, 2)) * V / omega

theorem = Theorem(
    claim=Claim(hidden, "<=", bound),
    family=FROBENIUS,
    about_bound=[free_of(L, given={L: L + 1}), bounded_in(L), free_of(m), decreasing(omega), increasing(V)],
    mutants={
        "κ for 2κ": V / omega,
        "2 - 1/m for 2, as for rows": bound * sqrt(1 - 1 / (2 * m)),
        "without V": bound / V,
        "0.999 of it": bound * 999 / 1000,
    },
    steps=[
        Step("∂f/∂W = (Γ − ⟨Γ, M⟩M)/‖W‖_F and ‖W^l‖_F ≥ ω", hidden, "<=", sqrt(turned) / omega),
        Step("it telescopes: `frobenius_hidden_gradient`; ‖Γ‖ ≤ V", turned, "<=", Min(L, 2) * V**2),
    ],
)
