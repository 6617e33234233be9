"""Control: the identity of the margin discrepancy for several patches, as it is printed.

Statement:   ‖w‖_Σ² D(w) = ‖w − ⟨w, w*⟩_Σ w*‖_Σ².
Hypotheses:  3.1.
Kind:        control, false on purpose: it must be refuted
Label:       control
Paper:       Lemma D.2 (read): ‖w‖_Σ² D(w) = ‖w − ⟨w, w*⟩_Σ w*‖_Σ² for P patches.
Relation:    false as printed: a factor 2 is missing, which Lemma 4.3 has; see discrepancy_identity.
Tags:        control, batch normalization, uniform margin, patches
"""

from wnverify import Claim, Theorem, Verdict
from wnverify.families.batch_norm.state import BATCH_NORM, discrepancy, sigma_distance, sigma_norm

theorem = Theorem(
    claim=Claim(sigma_norm**2 * discrepancy, "=", sigma_distance**2, tolerance=1e-9),
    family=BATCH_NORM,
    expect=Verdict.REFUTED,
)
