"""Control: how far a step moves with several patches, as it is printed.

Statement:   ⟨w⁺ − w, w*⟩ ≥ (γηP/16‖w‖_Σ³) e^{−γ} ‖w − ⟨w, w*⟩_Σ w*‖_Σ².
Hypotheses:  3.1; any number of patches.
Kind:        control, false on purpose: it must be refuted
Label:       control
Paper:       Lemma D.3 (read): ⟨w⁺ − w, w*⟩ ≥ (γηP/16‖w‖_Σ³) e^{−γ} ‖w − ⟨w, w*⟩_Σ w*‖_Σ²; its proof puts ‖w‖_Σ for
             the root mean square of Σ_p ⟨w, z_i^p⟩.
Relation:    false as printed: outputs reach Pγ, where the slopes are e^{−Pγ}; see progress_scale, with which the
             rates of Theorem 3.2 keep their form.
Tags:        control, batch normalization, uniform margin, patches
"""

from sympy import exp

from wnverify import Theorem, Verdict
from wnverify.bounds.cao2023 import moves
from wnverify.families.batch_norm.state import BATCH_NORM, P, gamma, sigma_distance, sigma_norm

theorem = Theorem(
    claim=moves(gamma * P / (16 * sigma_norm**3) * exp(-gamma) * sigma_distance**2),
    family=BATCH_NORM,
    expect=Verdict.REFUTED,
)
