"""How far the gradient points along the uniform margin classifier is a sum over pairs of samples.

Statement:   ⟨−∂L/∂w, w*⟩ = γ/(2n²P‖w‖_Σ³) [Σ_{i,j} |ℓ′_i||ℓ′_j|(U_j − U_i)(U_j/|ℓ′_j| − U_i/|ℓ′_i|)
             + Σ_i|ℓ′_i| Σ_j Σ_{p,q} (⟨w, z_j^p⟩ − ⟨w, z_j^q⟩)²], U_i = Σ_p ⟨w, z_i^p⟩; the second sum is 0 at P = 1.
Hypotheses:  2.1, 3.1; ‖w‖_Σ > 0. Left and right side keep their digits: D(w) min|ℓ′| > 10⁻⁶.
Kind:        identity
Label:       lemma
Paper:       Lemma 4.1 and Lemma D.1 (read): ⟨−∂L/∂w, w*⟩ as a double sum over the samples, for one patch and for P
             patches.
Relation:    same
Tags:        batch normalization, uniform margin, gradient
"""

from wnverify import Claim, Theorem
from wnverify.bounds.cao2023 import push
from wnverify.families.batch_norm.state import (
    BATCH_NORM,
    RESOLVED,
    P,
    pair_progress,
    progress,
    sigma_norm,
    slope_mean,
)

theorem = Theorem(
    claim=Claim(progress, "=", pair_progress, given=RESOLVED, tolerance=1e-8),
    family=BATCH_NORM,
    mutants={
        "without the 2": 2 * pair_progress,
        "|w|^2 for |w|^3": pair_progress * sigma_norm,
        "nothing divided by P": P * pair_progress,
        "equal slopes": push(slope_mean),
    },
)
