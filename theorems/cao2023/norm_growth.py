"""How fast ‖w‖ grows: by the largest eigenvalue of Σ and the largest slope.

Statement:   ‖w⁺‖² ≤ ‖w‖² + η²(γP)² λ_max max|ℓ′_i|²/‖w‖_Σ².
Hypotheses:  ‖w‖_Σ > 0, γ > 0.
Kind:        upper bound, tight for many patches
Label:       theorem
Paper:       Lemma 4.4 and Lemma D.4 (read): ‖w⁺‖² ≤ ‖w‖² + 4η²(γP)² max‖x‖³/(λ_min²‖w‖²).
Relation:    stronger: than the print with its exponent put right, see norm_growth_inputs.
Ours:        the bound: −∂L/∂w is (γP/‖w‖_Σ)(1/nP)Zᵀv with v the part of the slopes across the margins.
Tags:        batch normalization, gradient descent, norm growth
"""

from wnverify import Theorem, decreasing
from wnverify.bounds.cao2023 import gradient_square, grown
from wnverify.families.batch_norm.state import BATCH_NORM, lambda_min, sigma_norm, slope_min

theorem = Theorem(
    claim=grown(gradient_square()),
    family=BATCH_NORM,
    about_bound=[decreasing(sigma_norm, of=gradient_square())],
    mutants={
        "half of it": grown(gradient_square() / 2),
        "the least eigenvalue": grown(gradient_square(lambda_min)),
        "the least slope": grown(gradient_square(slope=slope_min)),
    },
)
