"""How fast ‖w‖ grows, by the largest input and the least eigenvalue of Σ.

Statement:   ‖w⁺‖² ≤ ‖w‖² + 4η²(γP)² max‖x‖⁴/(λ_min²‖w‖²).
Hypotheses:  the inputs span the space (λ_min > 10⁻⁶ λ_max); γ > 0.
Kind:        upper bound
Label:       corollary
Paper:       Lemma 4.4 and Lemma D.4 (read): ‖w⁺‖² ≤ ‖w‖² + 4η²(γP)² max‖x‖³/(λ_min²‖w‖²).
Relation:    corrected: ‖w⁺‖ does not change with a factor of all inputs, so ‖x‖⁴ must stand over λ_min²; see
             control_norm_growth.
Ours:        λ_max ≤ max‖x‖² and ‖w‖_Σ² ≥ λ_min‖w‖² in norm_growth, whose bound is 4 times smaller.
Tags:        batch normalization, gradient descent, norm growth
"""

from wnverify import Claim, Theorem
from wnverify.bounds.cao2023 import grown
from wnverify.families.batch_norm.state import (
    BATCH_NORM,
    SPANNING,
    P,
    gamma,
    lambda_min,
    largest_input,
    next_norm,
    weight_norm,
)


def version(power: int) -> Claim:
    """The claim with a power of the largest input."""
    growth = 4 * (gamma * P) ** 2 * largest_input**power / (lambda_min * weight_norm) ** 2
    main = grown(growth)
    return Claim(next_norm**2, "<=", main.rhs, given=SPANNING, tolerance=1e-9)


theorem = Theorem(
    claim=version(4),
    family=BATCH_NORM,
    mutants={"the third power": version(3), "the second power": version(2)},
    corollary_of="cao2023/norm_growth",
)
