"""WeightNorm with gains and biases: descent never shortens a row.

Statement:   ‖w⁺‖² = ‖w‖² + η²‖∂𝓛/∂w‖² for every row w of every layer, with any gains and biases, after a
             step θ⁺ = θ − η∇𝓛(θ) on the mean square loss, whatever the learning rate η and the depth. So none ever
             shrinks.
Hypotheses:  no zero row; rows, gains, biases and output weights are trained together, or rows alone.
Kind:        identity
Label:       theorem
Paper:       not in it.
Ours:        the statement; the paper asks about the least weight norm.
             Measured with η = 1, as η is a factor of 𝓛, that is of v and y. Gains
             are not protected: `control_gains_protected`.
Tags:        protected norm, descent, gains, biases

Proof. 𝓛 does not change when w is multiplied by a positive number, so that ⟨w, ∂𝓛/∂w⟩ = 0, and Pythagoras. ∎
"""

from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.families.normalizations.protected import BIASES_ON_DATA

defect, growth = BIASES_ON_DATA.symbols("growth_defect growth")

theorem = Theorem(
    claim=Claim(defect, "=", Integer(0), tolerance=1e-9),
    family=BIASES_ON_DATA,
    mutants={
        "they stay as they are": Claim(growth, "=", 0),
        "1.001‖∂𝓛/∂w‖²": Claim(growth / 1000, "=", 0),
    },
)
