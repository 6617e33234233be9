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

from wnverify import Claim, Theorem, decreasing, increasing
from wnverify.bounds.depth_free import gradient_squared
from wnverify.bounds.pre_activations import loss_gradient_squared
from wnverify.families.normalizations.square_loss import STANDARDIZED_LOSS

gradient, loss, V, omega, rows, m = STANDARDIZED_LOSS.symbols("loss_gradient_norm loss norm_v omega_c omega m")
kappa = V**2 / (m * omega**2)
bound = loss_gradient_squared(gradient_squared(kappa), loss)

theorem = Theorem(
    claim=Claim(gradient**2, "<=", bound),
    family=STANDARDIZED_LOSS,
    corollary_of="normalizations/weight_standardization_gradient",
    about_bound=[increasing(loss), increasing(V), decreasing(omega)],
    mutants={
        "1 for 4": bound / 4,
        "rows that are not centred": loss_gradient_squared(gradient_squared(V**2 / (m * rows**2)), loss),
        "without V": loss_gradient_squared(gradient_squared(1 / (m * omega**2)), loss),
        "1/m² for 1/m in κ": loss_gradient_squared(gradient_squared(kappa / m), loss),
    },
)
