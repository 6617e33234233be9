"""W/‖W‖₂: along descent the spectral norm of a layer stays above a part of what its Frobenius norm was at the start.

Statement:   ‖W^l(t)‖₂ ≥ ‖W^l(0)‖_F/√m for every layer at every time t of gradient descent on the mean square loss,
             whatever the learning rates and the depth; √rank serves in the place of √m.
Hypotheses:  layers of width m, none 0; no two equal singular values, where there is no gradient.
Kind:        lower bound; attained where singular values meet
Label:       theorem
Paper:       not in it.
Ours:        the statement; the paper asks about the least weight norm.
             Measured for three steps with η = 1, as η is a factor of 𝓛, that is of v and y.
Tags:        protected norm, descent, spectral

Proof. ‖W(t)‖₂² rank ≥ ‖W(t)‖_F² ≥ ‖W(0)‖_F² by `spectral_protected`. ∎
"""

from sympy import Integer, Rational, sqrt

from wnverify import Claim, Theorem
from wnverify.families.normalizations.protected import SPECTRAL_ON_DATA

floor, m = SPECTRAL_ON_DATA.symbols("floor m")
bound = 1 / sqrt(m)

theorem = Theorem(
    claim=Claim(floor, ">=", bound),
    family=SPECTRAL_ON_DATA,
    mutants={"a twentieth more": bound * Rational(21, 20), "the Frobenius norm of the start": Integer(1)},
)
