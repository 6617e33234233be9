"""Control: the same with ‖w‖_Σ in place of its square, for margins of any sign.

Statement:   ⟨w⁺ − w, w*⟩ ≥ (γη/2‖w‖_Σ) max(e^{−γ}/8, min_i|ℓ′_i|) D(w).
Hypotheses:  2.1; P = 1.
Kind:        control, false on purpose: it must be refuted
Label:       control
Paper:       Lemma 4.2 (read): the same inequality with ‖w‖_Σ² for ‖w‖_Σ; its proof uses [a e^a − b e^b]/(a − b) ≥
             e^{max(a, b)} for all a ≠ b.
Relation:    false as printed: the misprint put right, negative margins still break it, for that quotient needs
             a, b ≥ 0; see progress_least_slope. Nothing is lost of Theorem 2.2, which the repair serves as well.
Tags:        control, batch normalization, uniform margin
"""

from sympy import Integer, Max, exp

from wnverify import Theorem, Verdict
from wnverify.bounds.cao2023 import moves, push
from wnverify.families.batch_norm.state import BATCH_NORM, P, gamma, slope_min

theorem = Theorem(
    claim=moves(push(Max(exp(-gamma) / 8, slope_min)), {"one patch": (P, "=", Integer(1))}),
    family=BATCH_NORM,
    expect=Verdict.REFUTED,
)
