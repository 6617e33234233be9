"""W/‖W‖_F and W/‖W‖₂ without an activation: the Rademacher complexity of one linear unit.

Statement:   the empirical Rademacher complexity of {f(θ; ·): ‖v‖₂ ≤ V}, f = ⟨v, M^L ⋯ M¹x⟩ with M = W/‖W‖_F or
             W/‖W‖₂, on x_1, …, x_n is at most V√(Σ‖x_i‖²)/n. Measured from below: the mean over all sign vectors of
             the best (1/n) Σ ε_i f(θ; x_i) that the search reaches.
Hypotheses:  φ the identity, no W vanishes; with another φ it fails for both (control_frobenius_rademacher,
             control_spectral_rademacher).
Kind:        upper bound, attained for every L, m and n
Label:       theorem
Paper:       not in it.
Ours:        the statement.
Tags:        generalization, rademacher, depth, depth-free, width, frobenius, spectral

Proof. f = ⟨u, x⟩ with ‖u‖ ≤ V, so that the complexity is V·E‖Σ ε_ix_i‖/n at most. Attained by orthonormal inputs,
first layers e₁aᵀ with a along Σ ε_i x_i, later ones e₁e₁ᵀ and v = V e₁. ∎
"""

from sympy import sqrt

from wnverify import Claim, Theorem, free_of, increasing
from wnverify.families.normalizations.signed import SIGNED_LINEAR

rademacher, V, r, m, n, L, beta = SIGNED_LINEAR.symbols("rademacher norm_V data_norm m n L beta")
bound = V * r

theorem = Theorem(
    claim=Claim(rademacher, "<=", bound, given={"φ the identity": (beta, "<=", 0)}),
    family=SIGNED_LINEAR,
    about_bound=[free_of(L), free_of(m), increasing(V), increasing(r)],
    mutants={
        "without V": r,
        "0.95 of it": bound * 95 / 100,
        "1/n for 1/√n": bound / sqrt(n),
        "falling with depth": bound / sqrt(L),
    },
)
