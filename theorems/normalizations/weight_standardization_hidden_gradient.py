"""Weight standardization: the hidden gradient is that of weight normalization, with centred rows.

Statement:   Σ_l ‖∂f/∂W^l‖_F² ≤ (2 − 1/m)κ for L ≥ 2 and ≤ κ for L = 1, κ = V²/(mω²), ω² = min(‖Cw‖² + ε) over all
             rows w, C = I − 11ᵀ/m, for w̃ = Cw/√(‖Cw‖² + ε) and ε ≥ 0.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, ‖x‖₂ ≤ 1, equal widths, no row that vanishes when it is centred (or ε > 0).
Kind:        upper bound, tight for L = 1
Label:       theorem
Paper:       not in it.
Ours:        the statement.
Tags:        gradient, depth, depth-free, weight standardization

Proof. With y = (Cw, √ε) it is a network with weight normalization of the rows y that sees (α, 0) for α: its rows
have norms of at least ω, and θ ↦ y is affine with a linear part of norm at most 1, which only shortens gradients. The
proof of `depth_free/hidden_gradient` takes no notice of the coordinate 0. ∎
"""

from wnverify import Claim, Theorem, bounded_in, decreasing, increasing
from wnverify.bounds.depth_free import SUPREMUM
from wnverify.families.normalizations.weight_standardization import WEIGHT_STANDARDIZATION

hidden, V, omega, rows, L, m = WEIGHT_STANDARDIZATION.symbols("gradient_norm_W norm_v omega_c omega L m")
bound = SUPREMUM * V**2 / (m * omega**2)

theorem = Theorem(
    claim=Claim(hidden**2, "<=", bound),
    family=WEIGHT_STANDARDIZATION,
    about_bound=[bounded_in(L), decreasing(omega), decreasing(m), increasing(V)],
    mutants={
        "rows that are not centred": SUPREMUM * V**2 / (m * rows**2),
        "without V": bound / V**2,
        "1/m²": bound / m,
        "0.98 of it": bound * 49 / 50,
    },
)
