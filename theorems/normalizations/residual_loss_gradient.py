"""Residual WeightNorm: the gradient of the square loss.

Statement:   ‖∇_{W,v} 𝓛‖² ≤ 4G²𝓛, 𝓛 = (1/n) Σ(f(x_i) − y_i)², with G² = (1 + c)^{2L} + V²b² and b the largest over the
             inputs of b in `residual_hessian`.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, ‖x_i‖₂ ≤ 1, equal widths, no zero row, c > 0.
Kind:        upper bound
Label:       corollary
Paper:       not in it.
Ours:        the statement: that of banerjee2024 with the G of this normalization; c is held fixed.
Tags:        loss, gradient, residual

Proof. ∇𝓛 = (2/n) Σ(f_i − y_i)∇f_i with ‖∇f_i‖ ≤ G, and (1/n) Σ|f_i − y_i| ≤ √𝓛. ∂f/∂v is α^L, ‖α^L‖ ≤ (1 + c)^L by
`residual_output`, and the rest of ∇f is at most Vb. ∎
"""

from wnverify import Theorem, increasing
from wnverify.bounds.square_loss import gradient_parts
from wnverify.families.normalizations.square_loss import RESIDUAL_LOSS

V, c, L, reach = RESIDUAL_LOSS.symbols("norm_v norm_c L reach")

theorem = Theorem(
    **gradient_parts(
        RESIDUAL_LOSS,
        (1 + c) ** (2 * L) + V**2 * reach**2,
        about=[increasing(reach)],
        wrong={
            "without b": (1 + c) ** (2 * L),
            "without V": (1 + c) ** (2 * L) + reach**2,
            "b alone": V**2 * reach**2,
        },
        corollary_of=["normalizations/residual_output", "normalizations/residual_hessian"],
    )
)
