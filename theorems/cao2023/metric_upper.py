"""The distance to the uniform margin classifiers by Σ is at most the Euclidean one times √λ_max.

Statement:   ‖w − ⟨w, w*⟩_Σ w*‖_Σ² ≤ λ_max ‖w − ⟨w, w*⟩w*/‖w*‖²‖².
Hypotheses:  2.1, 3.1; the inputs span the space (λ_min > 10⁻⁶ λ_max), so that λ_max is the largest eigenvalue of Σ on
             their span; D(w) > 10⁻⁵, below which floats lose the digits of the distances.
Kind:        upper bound, tight
Label:       lemma
Paper:       Lemma 4.3 (read): λ_min ≤ ‖w − ⟨w, w*⟩_Σ w*‖_Σ²/‖w − ⟨w, w*⟩w*/‖w*‖²‖² ≤ λ_max, for one patch.
Relation:    same
Tags:        batch normalization, uniform margin
"""

from wnverify import Claim, Theorem
from wnverify.families.batch_norm.state import (
    APART,
    BATCH_NORM,
    SPANNING,
    distance,
    lambda_max,
    lambda_min,
    sigma_distance,
)

theorem = Theorem(
    claim=Claim(sigma_distance**2, "<=", lambda_max * distance**2, given={**SPANNING, **APART}, tolerance=1e-8),
    family=BATCH_NORM,
    mutants={"the least eigenvalue": lambda_min * distance**2, "first powers": lambda_max * distance},
)
