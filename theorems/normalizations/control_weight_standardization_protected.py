"""Control: weight standardization with ε > 0 as if descent did not shorten centred rows.

Statement:   ‖Cw⁺‖ ≥ ‖Cw‖ for every row w after a step of descent on the mean square loss, with ε = 1.
Hypotheses:  false: w = x = (1, −1, 0)/√2, v along (1, 1, 1) and y = 0, where shorter rows make the output smaller.
Kind:        control, false on purpose: it must be refuted
Label:       control
Paper:       not in it.
Ours:        why `weight_standardization_protected` has ε = 0.
Tags:        control, protected norm, descent, weight standardization
"""

from sympy import Integer

from wnverify import Claim, Theorem, Verdict
from wnverify.families.normalizations.protected import STANDARDIZED_ON_DATA

shrinkage = STANDARDIZED_ON_DATA.symbols("shrinkage")

theorem = Theorem(
    claim=Claim(shrinkage, ">=", Integer(1)),
    family=STANDARDIZED_ON_DATA,
    settings={"activation": ("identity",), "epsilon": ("1",)},
    expect=Verdict.REFUTED,
)
