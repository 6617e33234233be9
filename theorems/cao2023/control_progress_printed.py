"""Control: how far a step moves along the uniform margin classifier, as it is printed.

Statement:   ⟨w⁺ − w, w*⟩ ≥ (γη/2‖w‖_Σ²) max(e^{−γ}/8, min_i|ℓ′_i|) D(w).
Hypotheses:  2.1; P = 1.
Kind:        control, false on purpose: it must be refuted
Label:       control
Paper:       Lemma 4.2 (read): ⟨w⁺ − w, w*⟩ ≥ (γη/2‖w‖_Σ²) max(e^{−γ}/8, min_i|ℓ′_i|) D(w); its proof arrives at it
             with ‖w‖_Σ.
Relation:    false as printed: the left side has degree −1 in w, the right side −2; see progress_least_slope.
Tags:        control, batch normalization, uniform margin
"""

from sympy import Integer, Max, exp

from wnverify import Claim, Theorem, Verdict
from wnverify.families.batch_norm.state import BATCH_NORM, P, discrepancy, gamma, progress, sigma_norm, slope_min

bound = gamma / (2 * sigma_norm**2) * Max(exp(-gamma) / 8, slope_min) * discrepancy

theorem = Theorem(
    claim=Claim(progress, ">=", bound, given={"one patch": (P, "=", Integer(1))}, tolerance=1e-8),
    family=BATCH_NORM,
    expect=Verdict.REFUTED,
)
