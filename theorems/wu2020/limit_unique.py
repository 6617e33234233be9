"""The equation for the limiting gain has exactly one root.

Statement:   s ↦ s(1 − om² e^{(g² − s)/c}) − X² changes sign exactly once on [X², ∞).
Hypotheses:  om = ‖P_⊥w‖, X = ‖A⁺y‖ > 0, c = rate_g/rate_w > 0.
Kind:        identity
Label:       lemma
Paper:       not in it.
Ours:        the statement: at a root 1 − k = X²/s > 0 with k = om² e^{(g² − s)/c}, so the derivative 1 − k + sk/c is
             positive.
Tags:        limit, root, least-squares
"""

from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.families.least_squares.state import LEAST_SQUARES, SQUARED, om, sign_changes

inside = {"some kernel part": (om, ">", Integer(10) ** -6)}

theorem = Theorem(
    claim=Claim(sign_changes, "=", Integer(1), given=inside),
    family=LEAST_SQUARES,
    settings=SQUARED,
    mutants={"no root": Integer(0), "two more roots": Integer(3)},
)
