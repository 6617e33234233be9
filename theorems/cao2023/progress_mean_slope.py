"""Once the margins are positive on average, the mean slope counts, and no constant is lost.

Statement:   ⟨−∂L/∂w, w*⟩ ≥ (γP/2‖w‖_Σ) mean|ℓ′_i| D(w).
Hypotheses:  2.1, 3.1; γ > 0; the margins have a mean μ ≥ 0.
Kind:        lower bound, tight where all margins are equal up to sign, or as γ falls to 0
Label:       theorem
Paper:       Lemma 4.2 (read): ⟨w⁺ − w, w*⟩ ≥ (γη/2‖w‖_Σ²) max(e^{−γ}/8, min_i|ℓ′_i|) D(w) for one patch.
Relation:    corrected: for margins of positive mean it holds with ‖w‖_Σ, and with the mean for the minimum.
Ours:        the mean and the proof. With a_i = F_i/Pγ the left side is (γP/‖w‖_Σ)(mean|ℓ′_i| D/2 − μ cov(|ℓ′|, a)),
             and |ℓ′_i| falls as a_i rises. For μ < 0 the inequality is reversed.
Tags:        batch normalization, uniform margin, gradient, patches
"""

from sympy import Rational

from wnverify import Theorem
from wnverify.bounds.cao2023 import POSITIVE, moves, push
from wnverify.families.batch_norm.state import BATCH_NORM, sigma_norm, slope_max, slope_mean

theorem = Theorem(
    claim=moves(push(slope_mean), POSITIVE),
    family=BATCH_NORM,
    mutants={
        "1 % more": moves(push(slope_mean) * Rational(101, 100), POSITIVE),
        "the largest slope": moves(push(slope_max), POSITIVE),
        "|w| squared": moves(push(slope_mean, sigma_norm**2), POSITIVE),
        "margins of any mean": moves(push(slope_mean)),
    },
)
