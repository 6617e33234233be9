"""Weight standardization: descent does not move the mean of a row.

Statement:   1ᵀw⁺ = 1ᵀw for every row w of every layer after a step θ⁺ = θ − η∇𝓛(θ) on the mean square loss.
Hypotheses:  ε ≥ 0; no row that vanishes when it is centred (or ε > 0).
Kind:        identity
Label:       theorem
Paper:       not in it.
Ours:        the statement: the part of a row that its network does not see stays where it was at the start.
Tags:        protected norm, descent, weight standardization

Proof. 𝓛 does not change when a constant is added to all entries of w, so that 1ᵀ∂𝓛/∂w = 0. ∎
"""

from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.families.normalizations.protected import STANDARDIZED_ON_DATA

defect, change, growth = STANDARDIZED_ON_DATA.symbols("mean_defect mean_change growth")

theorem = Theorem(
    claim=Claim(defect, "=", Integer(0), tolerance=1e-9),
    family=STANDARDIZED_ON_DATA,
    mutants={
        "nor the length of the centred row": Claim(growth, "=", 0),
        "the first entry weighted more by a millionth": Claim(change, "=", Integer(0), tolerance=1e-9),
    },
)
