"""Control: a true bound of the gradient, one step of whose proof is false by two percent.

Statement:   ‖∇_θ f‖₂ ≤ G as in banerjee2024/predictor_gradient; its proof says ‖∂f/∂v‖₂ ≤ 0.98·a_L on the way.
Hypotheses:  as for the theorem.
Kind:        control, with a false step on purpose: its proof must be found out, and the step named
Label:       control
Paper:       not in it.
Ours:        a wrong proof of banerjee2024/predictor_gradient.
Tags:        control, gradient, proof
"""

from sympy import Rational, sqrt

from wnverify import Claim, Step, Theorem, Verdict
from wnverify.bounds.banerjee2024 import activation_norm, gradient_squared
from wnverify.bounds.proofs import layer_by_layer
from wnverify.families.networks.weight_norm import (
    LIPSCHITZ,
    WEIGHT_NORM,
    L,
    gradient_norm,
    gradient_norm_v,
    hidden_gradient_norm,
)

short = Rational(49, 50) * activation_norm(L)

theorem = Theorem(
    claim=Claim(gradient_norm, "<=", sqrt(gradient_squared()), given=LIPSCHITZ),
    family=WEIGHT_NORM,
    expect=Verdict.FLAWED,
    steps=[
        Step("both blocks of parameters", gradient_norm, "=", sqrt(gradient_norm_v**2 + hidden_gradient_norm**2)),
        Step("∂f/∂v = α^L, which is short (it is not)", gradient_norm_v, "<=", short),
        Step("as 0.98 ≤ 1", short, "<=", activation_norm(L)),
        *layer_by_layer(),
    ],
)
