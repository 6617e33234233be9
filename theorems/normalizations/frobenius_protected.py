"""W/‖W‖_F: descent never shrinks the Frobenius norm of a layer.

Statement:   ‖W^l⁺‖_F² = ‖W^l‖_F² + η²‖∂𝓛/∂W^l‖_F² for every layer, after a
             step θ⁺ = θ − η∇𝓛(θ) on the mean square loss, whatever the learning rate η and the depth. So none ever
             shrinks.
Hypotheses:  no layer is 0.
Kind:        identity
Label:       theorem
Paper:       not in it.
Ours:        the statement; the paper asks about the least weight norm.
             Measured with η = 1, as η is a factor of 𝓛, that is of v and y.
Tags:        protected norm, descent, frobenius

Proof. 𝓛 does not change when W^l is multiplied by a positive number, so that ⟨W^l, ∂𝓛/∂W^l⟩ = 0, and Pythagoras. ∎
"""

from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.families.normalizations.protected import FROBENIUS_ON_DATA

defect, growth = FROBENIUS_ON_DATA.symbols("growth_defect growth")

theorem = Theorem(
    claim=Claim(defect, "=", Integer(0), tolerance=1e-9),
    family=FROBENIUS_ON_DATA,
    mutants={
        "they stay as they are": Claim(growth, "=", 0),
        "1.001‖∂𝓛/∂W‖²": Claim(growth / 1000, "=", 0),
    },
)
