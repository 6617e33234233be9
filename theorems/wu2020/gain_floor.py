"""Below the first loss the gain keeps away from zero, so it never changes sign.

Statement:   |g| ≥ (‖y‖ − ‖gAw − y‖)/‖A‖₂. As the loss never increases, the value at the start is a floor for all
             times: g_lo = (‖y‖ − ‖e₀‖)/‖A‖₂.
Hypotheses:  ‖gAw − y‖ < ‖y‖, ‖w‖ = 1.
Kind:        lower bound, tight
Label:       lemma
Paper:       not in it.
Ours:        the statement; the hypothesis plays the part of the paper's initialisation.
Tags:        gain, flow, least-squares
"""

from sympy import Abs

from wnverify import Claim, Theorem
from wnverify.bounds.wu2020 import gain_floor
from wnverify.families.least_squares.state import (
    FIRST_LOSS,
    LEAST_SQUARES,
    SQUARED,
    A_norm,
    error_norm,
    g,
    sigma,
    target_norm,
)

theorem = Theorem(
    claim=Claim(Abs(g), ">=", gain_floor(), given=FIRST_LOSS, tolerance=1e-9),
    family=LEAST_SQUARES,
    settings=SQUARED,
    mutants={
        "least singular value": (target_norm - error_norm) / sigma,
        "the error forgotten": target_norm / A_norm,
        "without the norm of A": target_norm - error_norm,
    },
)
