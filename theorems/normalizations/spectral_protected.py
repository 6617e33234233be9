"""W/‖W‖₂: descent never shrinks the Frobenius norm of a layer.

Statement:   ‖W^l⁺‖_F² = ‖W^l‖_F² + η²‖∂𝓛/∂W^l‖_F² for every layer, after a
             step θ⁺ = θ − η∇𝓛(θ) on the mean square loss, whatever the learning rate η and the depth. So none ever
             shrinks.
Hypotheses:  no layer is 0, and none has two equal singular values, where there is no gradient.
Kind:        identity
Label:       theorem
Paper:       not in it.
Ours:        the statement; the paper asks about the least weight norm.
             Measured with η = 1, as η is a factor of 𝓛, that is of v and y.
             ‖W^l‖₂ itself may shrink, `control_spectral_protected`, but not far: `spectral_floor`.
Tags:        protected norm, descent, spectral

Proof. 𝓛 does not change when W^l is multiplied by a positive number, so that ⟨W^l, ∂𝓛/∂W^l⟩ = 0, and Pythagoras. ∎
"""

from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.families.normalizations.protected import SPECTRAL_ON_DATA

defect, growth = SPECTRAL_ON_DATA.symbols("growth_defect growth")

theorem = Theorem(
    claim=Claim(defect, "=", Integer(0), tolerance=1e-9),
    family=SPECTRAL_ON_DATA,
    mutants={
        "they stay as they are": Claim(growth, "=", 0),
        "1.001‖∂𝓛/∂W‖²": Claim(growth / 1000, "=", 0),
    },
)
