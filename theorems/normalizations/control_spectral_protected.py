"""Control: spectral norms as if descent did not shrink them, as it does not shrink Frobenius norms.

Statement:   ‖W^l⁺‖₂ ≥ ‖W^l‖₂ for every layer after a step of descent on the mean square loss.
Hypotheses:  false: W = diag(1, .5), x = v = e₂, y = 2/3 takes ‖W‖₂ from 1 to .8333, and ‖W‖_F² from 1.25 to 1.3889.
Kind:        control, false on purpose: it must be refuted
Label:       control
Paper:       not in it.
Ours:        why `spectral_floor` is about the norm of the start, and why it has a √rank.
Tags:        control, protected norm, descent, spectral
"""

from sympy import Integer

from wnverify import Claim, Theorem, Verdict
from wnverify.families.normalizations.protected import SPECTRAL_ON_DATA

shrinkage = SPECTRAL_ON_DATA.symbols("shrinkage")

theorem = Theorem(
    claim=Claim(shrinkage, ">=", Integer(1)),
    family=SPECTRAL_ON_DATA,
    settings={"activation": ("identity",)},
    expect=Verdict.REFUTED,
)
