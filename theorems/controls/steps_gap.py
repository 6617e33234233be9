"""Control: a true bound of the input's gradient, whose proof supposes what does not follow.

Statement:   ‖∇_x f‖₂ ≤ 1 + ρ₁ as in banerjee2024/input_lipschitz; a step supposes ‖v‖₂ ≤ 1, which is a gap.
Hypotheses:  as for the theorem.
Kind:        control, with a gap in its proof on purpose: it must be found out, and the step named
Label:       control
Paper:       not in it.
Ours:        a wrong proof of banerjee2024/input_lipschitz.
Tags:        control, gradient, proof
"""

from sympy import Integer

from wnverify import Claim, Step, Theorem, Verdict
from wnverify.families.networks.weight_norm import (
    LIPSCHITZ,
    WEIGHT_NORM,
    input_gradient_norm,
    output_weight_norm,
    rho,
)

jacobians = WEIGHT_NORM.symbols("layer_jacobians")
unit = {**LIPSCHITZ, "an output layer of norm 1": (output_weight_norm, "<=", 1)}

theorem = Theorem(
    claim=Claim(input_gradient_norm, "<=", 1 + rho, given=LIPSCHITZ),
    family=WEIGHT_NORM,
    expect=Verdict.FLAWED,
    steps=[
        Step("chain rule, and norms multiply", input_gradient_norm, "<=", output_weight_norm * jacobians),
        Step("‖J_l‖₂ ≤ 1", jacobians, "<=", Integer(1), given=["1-Lipschitz activation"]),
        Step("the output layer is that of the initialisation", output_weight_norm, "<=", 1 + rho, given=unit),
    ],
)
