"""Weight standardization: the whole gradient, with the output layer, is that of weight normalization.

Statement:   ‖∇_θ f(θ;x)‖² ≤ max(1, κ + 1 − 1/m, (2 − 1/m)κ) for L ≥ 2 and ≤ max(1, κ + 1 − 1/m) for L = 1, with
             κ = V²/(mω²), V = ‖v‖, ω² = min(‖Cw‖² + ε) over all rows w, C = I − 11ᵀ/m, w̃ = Cw/√(‖Cw‖² + ε), ε ≥ 0.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, ‖x‖₂ ≤ 1, equal widths, no row that vanishes when it is centred (or ε > 0).
Kind:        upper bound
Label:       theorem
Paper:       not in it.
Ours:        the statement.
Tags:        gradient, depth, depth-free, weight standardization

Proof. As in `weight_standardization_hidden_gradient`: f is a network with weight normalization in rows (Cw, √ε) of
norm at least ω, which depend on θ through an affine map with a linear part of norm at most 1, and in v as it is. So
`depth_free/gradient` bounds the gradient in these rows and in v together, and the map only shortens the part of the
rows. ∎
"""

from wnverify import Claim, Theorem, bounded_in, decreasing, increasing
from wnverify.bounds.depth_free import gradient_squared
from wnverify.families.normalizations.weight_standardization import WEIGHT_STANDARDIZATION

gradient, V, omega, rows, L, m = WEIGHT_STANDARDIZATION.symbols("gradient_norm norm_v omega_c omega L m")
kappa = V**2 / (m * omega**2)
bound = gradient_squared(kappa)

theorem = Theorem(
    claim=Claim(gradient**2, "<=", bound),
    family=WEIGHT_STANDARDIZATION,
    about_bound=[bounded_in(L), decreasing(omega), increasing(V)],
    mutants={
        "rows that are not centred": gradient_squared(V**2 / (m * rows**2)),
        "without V": gradient_squared(1 / (m * omega**2)),
        "1/m² for 1/m in κ": gradient_squared(kappa / m),
        "0.98 of it": bound * 49 / 50,
    },
)
