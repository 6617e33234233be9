"""Weight standardization: the gradient of the square loss.

Statement:   ‖∇_θ 𝓛‖² ≤ 4G²𝓛, 𝓛 = (1/n) Σ(f(x_i) − y_i)², with G² the bound of `weight_standardization_gradient`.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, ‖x_i‖₂ ≤ 1, equal widths, no row that vanishes when it is centred (or ε > 0).
Kind:        upper bound
Label:       corollary
Paper:       not in it.
Ours:        the statement: that of banerjee2024 with the G of this normalization.
Tags:        loss, gradient, weight standardization

Proof. ∇𝓛 = (2/n) Σ(f_i − y_i)∇f_i with ‖∇f_i‖ ≤ G, and (1/n) Σ|f_i − y_i| ≤ √𝓛. ∎
"""

from wnverify import Theorem, decreasing
from wnverify.bounds.depth_free import gradient_squared
from wnverify.bounds.square_loss import gradient_parts
from wnverify.families.normalizations.square_loss import STANDARDIZED_LOSS

V, omega, rows, m = STANDARDIZED_LOSS.symbols("norm_v omega_c omega m")
kappa = V**2 / (m * omega**2)

theorem = Theorem(
    **gradient_parts(
        STANDARDIZED_LOSS,
        gradient_squared(kappa),
        about=[decreasing(omega)],
        wrong={
            "rows that are not centred": gradient_squared(V**2 / (m * rows**2)),
            "without V": gradient_squared(1 / (m * omega**2)),
            "1/m² for 1/m in κ": gradient_squared(kappa / m),
        },
        corollary_of="normalizations/weight_standardization_gradient",
    )
)
