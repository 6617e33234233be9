"""The same with the square of the least slope and a constant that is easier to see.

Statement:   ⟨−∂L/∂w, w*⟩ ≥ (1 − e^{−2}) (γP/2‖w‖_Σ) min_i|ℓ′_i|² D(w).
Hypotheses:  2.1, 3.1; γ > 0. Margins may have any sign.
Kind:        lower bound, tight where all outputs are near −2
Label:       theorem
Paper:       Lemma 4.2 (read): ⟨w⁺ − w, w*⟩ ≥ (γη/2‖w‖_Σ²) max(e^{−γ}/8, min_i|ℓ′_i|) D(w) for one patch.
Relation:    corrected: ‖w‖_Σ is squared there, and the quotient [a e^a − b e^b]/(a − b), which its proof puts at
             e^{max(a, b)} or more, is only at least −e^{−2} where a or b is negative.
Tags:        batch normalization, uniform margin, gradient
"""

from sympy import exp

from wnverify import Theorem
from wnverify.bounds.cao2023 import moves, push
from wnverify.families.batch_norm.state import BATCH_NORM, slope_max, slope_min

constant = 1 - exp(-2)

theorem = Theorem(
    claim=moves(constant * push(slope_min**2)),
    family=BATCH_NORM,
    mutants={
        "1 - exp(-3)": (1 - exp(-3)) * push(slope_min**2),
        "the largest slope": constant * push(slope_max**2),
        "the least slope itself": constant * push(slope_min),
    },
)
