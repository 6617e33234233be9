"""Proofs for the square loss of any predictor whose gradient and Hessian are bounded, as steps.

With e = f − y, ∇𝓛 = (2/n) Σ e_i ∇f_i and ∇²𝓛 = (2/n) Σ(∇f_i ∇f_iᵀ + e_i ∇²f_i).
"""

from __future__ import annotations

from sympy import sqrt

from wnverify.bounds.banerjee2024 import Predictor
from wnverify.families.networks.regression import REGRESSION, loss, loss_gradient_norm, loss_hessian_norm
from wnverify.families.networks.regression_pairs import PAIRS, distance, kappa, rsc_gap
from wnverify.steps import Step

steep, pulled, straight, bends, weighed = REGRESSION.symbols(
    "sample_gradient_rms loss_gradient_sum gauss_newton_norm sample_hessian_rms residual_hessian_sum"
)
ahead, rest = PAIRS.symbols("slope_rms remainder_rms")


def loss_gradient(predictor: Predictor) -> list[Step]:
    """‖∇𝓛‖ ≤ 2G√𝓛."""
    mean = 2 * steep * sqrt(loss)
    return [
        Step("∇𝓛 = (2/n) Σ e_i ∇f_i, and the triangle inequality", loss_gradient_norm, "<=", pulled, given=[]),
        Step("Cauchy–Schwarz over the samples: (1/n) Σ e_i² = 𝓛", pulled, "<=", mean, given=[]),
        Step("‖∇f_i‖ ≤ G at every sample", steep, "<=", sqrt(predictor.gradient_squared)),
    ]


def loss_hessian(predictor: Predictor) -> list[Step]:
    """‖∇²𝓛‖₂ ≤ 2G² + 2H√𝓛."""
    whole = straight + weighed
    return [
        Step(
            "∇²𝓛 = (2/n) Σ(∇f_i∇f_iᵀ + e_i∇²f_i), triangle inequality",
            loss_hessian_norm,
            "<=",
            whole,
            given=[],
        ),
        Step("the norm of a sum of squares is at most its trace", straight, "<=", 2 * steep**2, given=[]),
        Step("‖∇f_i‖ ≤ G at every sample", steep, "<=", sqrt(predictor.gradient_squared)),
        Step("Cauchy–Schwarz over the samples", weighed, "<=", 2 * bends * sqrt(loss), given=[]),
        Step("‖∇²f_i‖₂ ≤ H at every sample", bends, "<=", predictor.hessian),
    ]


def restricted_convexity(predictor: Predictor) -> list[Step]:
    """𝓛(θ′) − 𝓛(θ) − ⟨δ, ∇𝓛⟩ ≥ (α/2)‖δ‖²."""
    apart = ahead**2 - 2 * ahead * rest - 2 * sqrt(loss) * rest
    return [
        Step("f′ = f + ḟ + r: the gap is (1/n) Σ((ḟ + r)² + 2er); Cauchy–Schwarz", rsc_gap, ">=", apart, given=[]),
        Step(
            "⟨δ, ∇𝓛⟩ = (2/n) Σ e_i ḟ_i, and Cauchy–Schwarz",
            ahead**2,
            ">=",
            kappa**2 * loss_gradient_norm**2 * distance**2 / (4 * loss),
            given=["not interpolating"],
        ),
        Step("|ḟ_i| ≤ G‖δ‖", ahead, "<=", sqrt(predictor.gradient_squared) * distance),
        Step("|r_i| ≤ ½H‖δ‖² by Taylor along the segment", rest, "<=", predictor.hessian * distance**2 / 2),
    ]
