"""W/‖W‖₂: the gradient of the square loss.

Statement:   ‖∇_θ 𝓛‖² ≤ 4G²𝓛, 𝓛 = (1/n) Σ(f(x_i) − y_i)², with G² = 1 + V²Σ_l (1 + s_l²)/σ_l² of `spectral_gradient`,
             σ_l = ‖W^l‖₂, s_l = σ₂/σ₁ of W^l.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, ‖x_i‖₂ ≤ 1, no W^l vanishes, s_l < 1.
Kind:        upper bound
Label:       corollary
Paper:       not in it.
Ours:        the statement: that of banerjee2024 with the G of this normalization.
Tags:        loss, gradient, spectral

Proof. ∇𝓛 = (2/n) Σ(f_i − y_i)∇f_i with ‖∇f_i‖ ≤ G, and (1/n) Σ|f_i − y_i| ≤ √𝓛. ∎
"""

from wnverify import Theorem, increasing
from wnverify.bounds.square_loss import gradient_parts
from wnverify.families.normalizations.square_loss import SPECTRAL_LOSS

V, shares = SPECTRAL_LOSS.symbols("norm_v shares")

theorem = Theorem(
    **gradient_parts(
        SPECTRAL_LOSS,
        1 + V**2 * shares,
        about=[increasing(shares)],
        wrong={"without shares": 1 + V**2, "without V": 1 + shares, "the hidden layers alone": V**2 * shares},
        corollary_of="normalizations/spectral_gradient",
    )
)
