"""W/‖W‖_F: the gradient of the square loss.

Statement:   ‖∇_θ 𝓛‖² ≤ 4G²𝓛, 𝓛 = (1/n) Σ(f(x_i) − y_i)², with G² = max(1, κ) + κ for L ≥ 2 and 1 + κ for L = 1, κ =
             V²/ω², V = ‖v‖, ω = min_l ‖W^l‖_F.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, ‖x_i‖₂ ≤ 1, no W^l vanishes.
Kind:        upper bound
Label:       corollary
Paper:       not in it.
Ours:        the statement: that of banerjee2024 with the G of this normalization.
Tags:        loss, gradient, frobenius

Proof. ∇𝓛 = (2/n) Σ(f_i − y_i)∇f_i with ‖∇f_i‖ ≤ G, and (1/n) Σ|f_i − y_i| ≤ √𝓛. ∎
"""

from sympy import Integer

from wnverify import Theorem, decreasing
from wnverify.bounds.normalizations import frobenius_gradient_squared
from wnverify.bounds.square_loss import gradient_parts
from wnverify.families.normalizations.square_loss import FROBENIUS_LOSS

V, omega = FROBENIUS_LOSS.symbols("norm_v omega")

theorem = Theorem(
    **gradient_parts(
        FROBENIUS_LOSS,
        frobenius_gradient_squared(V, omega),
        about=[decreasing(omega)],
        wrong={
            "the output layer alone": Integer(1),
            "the hidden layers alone": 2 * V**2 / omega**2,
            "without omega": frobenius_gradient_squared(V, Integer(1)),
        },
        corollary_of="normalizations/frobenius_gradient",
    )
)
