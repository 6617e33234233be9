"""Unit rows: the matrix of m unit rows has spectral norm at most √m.

Statement:   ‖W̄^l‖₂ ≤ √m for every layer, W̄ the matrix of the normalised rows.
Hypotheses:  all rows nonzero.
Kind:        upper bound; attained by identical or antipodal rows
Label:       lemma
Paper:       setting (recollection): ‖W̄‖₂ ≤ ‖W̄‖_F = √m, used throughout.
Relation:    step of its proof: a general fact.
Tags:        lemma, width
"""

from sympy import Integer, sqrt

from wnverify import Claim, Theorem, free_of, increasing
from wnverify.families.networks.weight_norm import WEIGHT_NORM, L, direction_norm, m, omega

theorem = Theorem(
    claim=Claim(direction_norm, "<=", sqrt(m), given={"no zero row": (omega, ">", 0)}),
    family=WEIGHT_NORM,
    about_bound=[increasing(m), free_of(L)],
    mutants={
        "1 for sqrt(m)": Integer(1),
        "m^(1/4) for m^(1/2)": m ** (Integer(1) / 4),
        "0.95": sqrt(m) * Integer(19) / 20,
    },
)
