"""The margin discrepancy is the distance to the uniform margin classifiers, measured by Σ.

Statement:   ‖w‖_Σ² D(w) = 2‖w − ⟨w, w*⟩_Σ w*‖_Σ².
Hypotheses:  2.1, 3.1; D(w) > 10⁻⁵, below which floats lose the digits of the distances.
Kind:        identity
Label:       lemma
Paper:       Lemma 4.3 and Lemma D.2 (read): ‖w‖_Σ² D(w) = 2‖w − ⟨w, w*⟩_Σ w*‖_Σ² for one patch, and without the 2
             for P patches.
Relation:    corrected: the 2 is missing in Lemma D.2, see control_discrepancy_patches; Lemma 4.3 is the same.
Tags:        batch normalization, uniform margin
"""

from wnverify import Claim, Theorem
from wnverify.families.batch_norm.state import (
    APART,
    BATCH_NORM,
    discrepancy,
    distance,
    lambda_max,
    sigma_distance,
    sigma_norm,
)

theorem = Theorem(
    claim=Claim(sigma_norm**2 * discrepancy, "=", 2 * sigma_distance**2, given=APART, tolerance=1e-9),
    family=BATCH_NORM,
    mutants={
        "without the 2": sigma_distance**2,
        "by lengths": 2 * lambda_max * distance**2,
    },
)
