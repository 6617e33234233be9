"""The scale γ alone says how fast w turns to the uniform margin classifier, however uneven the margins are.

Statement:   ⟨−∂L/∂w, w*⟩ ≥ (γP/2‖w‖_Σ) D(w)/(1 + e^{Pγ}).
Hypotheses:  2.1, 3.1; γ > 0; the margins have a mean μ ≥ 0.
Kind:        lower bound, tight as γ falls to 0
Label:       corollary
Paper:       Lemma 4.2 and Lemma D.3 (read): ⟨w⁺ − w, w*⟩ ≥ (γη/16‖w‖_Σ²) e^{−γ} D(w) for one patch, and
             ≥ (γηP/16‖w‖_Σ³) e^{−γ} ‖w − ⟨w, w*⟩_Σ w*‖_Σ² for P patches.
Relation:    corrected: ‖w‖_Σ for its square, e^{−Pγ} for e^{−γ}; with 1/2 for 1/8, for margins of positive mean.
Ours:        the constant. Margins of negative mean broke it nowhere, but the proof does not cover them.
Tags:        batch normalization, uniform margin, gradient, patches
"""

from sympy import Rational, exp

from wnverify import Theorem, below, increasing
from wnverify.bounds.cao2023 import POSITIVE, moves, push, scale_slope
from wnverify.families.batch_norm.state import BATCH_NORM, P, discrepancy, gamma

stronger = below(scale_slope(), of=exp(-P * gamma) / 2)

theorem = Theorem(
    claim=moves(push(scale_slope()), POSITIVE),
    family=BATCH_NORM,
    about_bound=[increasing(discrepancy), stronger],
    mutants={
        "one gamma for all patches": moves(push(scale_slope(gamma)), POSITIVE),
        "1 % more": moves(push(scale_slope()) * Rational(101, 100), POSITIVE),
    },
    corollary_of=("cao2023/progress_mean_slope", "cao2023/slope_floor"),
)
