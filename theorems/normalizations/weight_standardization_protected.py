"""Weight standardization with ε = 0: descent never shortens a centred row.

Statement:   ‖Cw⁺‖² = ‖Cw‖² + η²‖∂𝓛/∂w‖² for every row w of every layer, C = I − 11ᵀ/m, after a
             step θ⁺ = θ − η∇𝓛(θ) on the mean square loss, whatever the learning rate η and the depth. So none ever
             shrinks.
Hypotheses:  ε = 0, no row that vanishes when it is centred.
Kind:        identity
Label:       theorem
Paper:       not in it.
Ours:        the statement; the paper asks about the least weight norm.
             Measured with η = 1, as η is a factor of 𝓛, that is of v and y. With ε > 0 it
             is false: `control_weight_standardization_protected`.
Tags:        protected norm, descent, weight standardization

Proof. 𝓛 is a function of Cw that does not change when w is multiplied by a positive number: ∂𝓛/∂w = C∂𝓛/∂w, which
is ∂𝓛/∂(Cw), and ⟨Cw, ∂𝓛/∂w⟩ = ⟨w, ∂𝓛/∂w⟩ = 0; then Pythagoras. ∎
"""

from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.families.normalizations.protected import STANDARDIZED_ON_DATA

defect, growth = STANDARDIZED_ON_DATA.symbols("growth_defect growth")

theorem = Theorem(
    claim=Claim(defect, "=", Integer(0), tolerance=1e-9),
    family=STANDARDIZED_ON_DATA,
    settings={"epsilon": ("0",)},
    mutants={
        "they stay as they are": Claim(growth, "=", 0),
        "1.001‖∂𝓛/∂w‖²": Claim(growth / 1000, "=", 0),
    },
)
