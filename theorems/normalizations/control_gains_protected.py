"""Control: gains as if descent did not shrink them, as it does not shrink rows.

Statement:   ‖g^l⁺‖ ≥ ‖g^l‖ for the gains of every layer after a step of descent on the mean square loss.
Hypotheses:  false: where all rows, x and v are along (1, …, 1) and y = 0, smaller gains make the loss smaller.
Kind:        control, false on purpose: it must be refuted
Label:       control
Paper:       not in it.
Ours:        why γ_l, of which the bounds of `gains_*` are made, has to be assumed along descent.
Tags:        control, protected norm, descent, gains
"""

from sympy import Integer

from wnverify import Claim, Theorem, Verdict
from wnverify.families.normalizations.protected import BIASES_ON_DATA

shrinkage = BIASES_ON_DATA.symbols("shrinkage")

theorem = Theorem(
    claim=Claim(shrinkage, ">=", Integer(1)),
    family=BIASES_ON_DATA,
    settings={"activation": ("identity",)},
    expect=Verdict.REFUTED,
)
