"""W/‖W‖_F: the whole gradient, with the output layer.

Statement:   ‖∇_θ f(θ;x)‖² ≤ max(1, κ) + κ for L ≥ 2 and ≤ 1 + κ for L = 1, κ = V²/ω², V = ‖v‖, ω = min_l ‖W^l‖_F.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, ‖x‖₂ ≤ 1, no W^l vanishes.
Kind:        upper bound, tight where κ ≥ 1 and L ≥ 2, and in the limit of small and of large κ
Label:       theorem
Paper:       not in it.
Ours:        the statement.
Tags:        gradient, depth, depth-free, frobenius

Proof. ‖∂f/∂v‖² = ‖α^L‖² = X, and by `frobenius_hidden_gradient` the rest is at most κ(1 − X) + κ, linear in X ≤ 1.
For L = 1 the rest is ‖c‖²(‖x‖² − ⟨c, Mx⟩²/‖c‖²)/ω² ≤ κ, and X ≤ 1. ∎
"""

from sympy import sqrt

from wnverify import Claim, Step, Theorem, decreasing, free_of, increasing
from wnverify.bounds.normalizations import LAYERS, frobenius_gradient_squared
from wnverify.families.normalizations.frobenius import FROBENIUS

gradient, V, omega, L, m = FROBENIUS.symbols("gradient_norm norm_v omega L m")
out, hidden, turned = FROBENIUS.symbols("gradient_norm_v gradient_norm_W turned")
bound = frobenius_gradient_squared(V, omega)
kappa = V**2 / omega**2

theorem = Theorem(
    claim=Claim(gradient**2, "<=", bound),
    family=FROBENIUS,
    about_bound=[free_of(L, given={L: L + 1}), free_of(m), decreasing(omega), increasing(V)],
    mutants={
        "the hidden layers alone": 2 * kappa,
        "one share of the hidden layers": 1 + kappa,
        "without omega": 1 + 2 * V**2,
        "the output layer alone": bound - kappa,
    },
    steps=[
        Step("both blocks of parameters", gradient, "=", sqrt(out**2 + hidden**2), given=[]),
        Step("∂f/∂W = (Γ − ⟨Γ, M⟩M)/‖W‖_F and ‖W^l‖_F ≥ ω", hidden, "<=", sqrt(turned) / omega),
        Step("it telescopes; a single layer has ‖Γ‖ ≤ V", turned, "<=", V**2 * (1 + (LAYERS - 1) * (1 - out**2))),
        Step(
            "linear in ‖α^L‖² between 0 and 1",
            out**2 + kappa * (1 + (LAYERS - 1) * (1 - out**2)),
            "<=",
            bound,
        ),
    ],
)
