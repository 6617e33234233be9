"""Control: how fast ‖w‖ grows, as it is printed.

Statement:   ‖w⁺‖² ≤ ‖w‖² + 4η²(γP)² max‖x‖³/(λ_min²‖w‖²).
Hypotheses:  the inputs span the space (λ_min > 10⁻⁶ λ_max); γ > 0.
Kind:        control, false on purpose: it must be refuted
Label:       control
Paper:       Lemma 4.4 and Lemma D.4 (read): ‖w⁺‖² ≤ ‖w‖² + 4η²(γP)² max‖x‖³/(λ_min²‖w‖²); its proof bounds
             max‖x‖²‖Σw‖² by max‖x‖³(mean|⟨x, w⟩|)².
Relation:    false as printed: large inputs break it, for a factor of all inputs lessens the right side alone; see
             norm_growth_inputs. Polynomials that are left unspecified absorb it in Theorem 2.2.
Tags:        control, batch normalization, norm growth
"""

from wnverify import Claim, Theorem, Verdict
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

growth = 4 * (gamma * P) ** 2 * largest_input**3 / (lambda_min * weight_norm) ** 2

theorem = Theorem(
    claim=Claim(next_norm**2, "<=", grown(growth).rhs, given=SPANNING, tolerance=1e-9),
    family=BATCH_NORM,
    expect=Verdict.REFUTED,
)
