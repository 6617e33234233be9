"""Started below the first loss, the flow never leads the gain below a floor that is known beforehand.

Statement:   g_∞ ≥ (‖y‖ − ‖gAw − y‖)/‖A‖₂ > 0: the gain keeps its sign.
Hypotheses:  ‖gAw − y‖ < ‖y‖, g > 0; the run converged.
Kind:        lower bound, tight (w along the target)
Label:       lemma
Paper:       not in it.
Ours:        the statement (the loss never increases, then gain_floor); it replaces the assumption on the
             initialisation.
Tags:        gain, limit, flow, least-squares
"""

from sympy import Integer, Max, Rational

from wnverify import Claim, Theorem
from wnverify.bounds.wu2020 import gain_floor
from wnverify.families.least_squares.flow import CONVERGED, FLOW, TO_SOLUTION, X, limit_gain

claim = Claim(limit_gain, ">=", gain_floor(), given=TO_SOLUTION)

theorem = Theorem(
    claim=claim,
    family=FLOW,
    settings={"loss": ("squared",)},
    mutants={
        "from any start the gain keeps its sign": Claim(
            limit_gain, ">=", Max(gain_floor(), Integer(0)) + X / 100, given=CONVERGED
        ),
        "1.2 X": X * Rational(6, 5),
    },
)
