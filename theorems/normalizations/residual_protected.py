"""Residual layers with WeightNorm: descent never shortens a row.

Statement:   ‖w⁺‖² = ‖w‖² + η²‖∂𝓛/∂w‖² for every row w of every layer α + cφ(W̄α/√m), after a
             step θ⁺ = θ − η∇𝓛(θ) on the mean square loss, whatever the learning rate η and the depth. So none ever
             shrinks.
Hypotheses:  no zero row.
Kind:        identity
Label:       theorem
Paper:       not in it.
Ours:        the statement; the paper asks about the least weight norm.
             Measured with η = 1, as η is a factor of 𝓛, that is of v and y.
Tags:        protected norm, descent, residual

Proof. 𝓛 does not change when w is multiplied by a positive number, so that ⟨w, ∂𝓛/∂w⟩ = 0, and Pythagoras. ∎
"""

from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.families.normalizations.protected import RESIDUAL_ON_DATA

defect, growth = RESIDUAL_ON_DATA.symbols("growth_defect growth")

theorem = Theorem(
    claim=Claim(defect, "=", Integer(0), tolerance=1e-9),
    family=RESIDUAL_ON_DATA,
    mutants={
        "they stay as they are": Claim(growth, "=", 0),
        "1.001‖∂𝓛/∂w‖²": Claim(growth / 1000, "=", 0),
    },
)
