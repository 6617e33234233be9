"""Weight standardization: Rademacher complexity with neither depth nor width, for centred inputs.

Statement:   the empirical Rademacher complexity of {f(θ; ·): ‖v‖₂ ≤ V} on x_1, …, x_n is at most V√(Σ‖Cx_i‖²)/n,
             which is at most V max‖x_i‖/√n; C = I − 11ᵀ/m. Measured from below: the mean over all sign vectors of
             the best (1/n) Σ ε_i f(θ; x_i) that the search reaches.
Hypotheses:  φ odd, |φ′| ≤ 1, equal widths, ε ≥ 0; for ε = 0 no row is constant.
Kind:        upper bound, attained for every L and every even m
Label:       theorem
Paper:       not in it.
Ours:        the statement; C is what rows that are centred add to weight normalization.
Tags:        generalization, rademacher, depth, depth-free, width, weight standardization

Proof. The rows are those of weight normalization, or shorter for ε > 0, so that depth_free/rademacher_odd holds: V·E
sup_w Σ ε_i⟨w, x_i⟩/n over the rows w of the first layer. As ⟨w, 1⟩ = 0, this is at most V·E‖Σ ε_i Cx_i‖/n. ∎
Attained by the identity: rows along Σ ε_i x_i in the first layer with signs 1, −1, 1, …, and (1, −1, 1, …)/√m later.
"""

from sympy import sqrt

from wnverify import Claim, Theorem, free_of, increasing
from wnverify.families.normalizations.signed import SIGNED_STANDARDIZATION

names = "rademacher norm_V centred_norm m n L"
rademacher, V, r, m, n, L = SIGNED_STANDARDIZATION.symbols(names)
bound = V * r

theorem = Theorem(
    claim=Claim(rademacher, "<=", bound),
    family=SIGNED_STANDARDIZATION,
    about_bound=[free_of(L), free_of(m), increasing(V), increasing(r)],
    mutants={
        "without V": r,
        "0.95 of it": bound * 95 / 100,
        "1/n for 1/√n": bound / sqrt(n),
        "falling with depth": bound / sqrt(L),
        "falling with width": bound / sqrt(m),
    },
)
