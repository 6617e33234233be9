"""The gradient points along the uniform margin classifier, in proportion to the margin discrepancy.

Statement:   ⟨−∂L/∂w, w*⟩ ≥ (1 − W(1/e)) (γP/2‖w‖_Σ) min_i|ℓ′_i| D(w), W(1/e) = .27846…; a step of size η moves
             ⟨w, w*⟩ by η times that.
Hypotheses:  2.1, 3.1; γ > 0. Margins may have any sign.
Kind:        lower bound, tight where all outputs are near −1.2785
Label:       theorem
Paper:       Lemma 4.2 (read): ⟨w⁺ − w, w*⟩ ≥ (γη/2‖w‖_Σ²) max(e^{−γ}/8, min_i|ℓ′_i|) D(w) for one patch.
Relation:    corrected: ‖w‖_Σ is squared there, and without the constant min|ℓ′| needs margins that are not negative.
Ours:        the constant. The pair (i, j) counts |ℓ′_i||ℓ′_j|(1 + (F_i e^{F_i} − F_j e^{F_j})/(F_i − F_j)); over
             the lesser slope this is least at F_i = F_j, where it is 1 + Fσ(F); below −2, where x(1 + e^x) is
             concave, it is at least σ(2)(1 − e^{−2}) = .761.
Tags:        batch normalization, uniform margin, gradient
"""

from sympy import Rational

from wnverify import Theorem, increasing
from wnverify.bounds.cao2023 import LEAST, moves, push
from wnverify.families.batch_norm.state import BATCH_NORM, discrepancy, sigma_norm, slope_max, slope_min

bound = LEAST * push(slope_min)

theorem = Theorem(
    claim=moves(bound),
    family=BATCH_NORM,
    about_bound=[increasing(discrepancy)],
    mutants={
        ".723 for the constant": push(Rational(723, 1000) * slope_min),
        "the largest slope": LEAST * push(slope_max),
        "|w| squared": LEAST * push(slope_min, sigma_norm**2),
    },
)
