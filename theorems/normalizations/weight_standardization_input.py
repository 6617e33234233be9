"""Weight standardization: the network stretches its input by ‖v‖ at most.

Statement:   ‖∂f/∂x‖₂ ≤ V, V = ‖v‖; as f vanishes at x = 0, |f(θ;x)| ≤ V‖x‖ as well.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, no row that vanishes when it is centred (or ε > 0).
Kind:        upper bound, tight for every m, and L = 1
Label:       theorem
Paper:       not in it.
Ours:        the statement.
Tags:        input, output, depth, weight standardization

Proof. The rows w̃ have norms of at most 1, so that ‖∂α^l/∂α^{l−1}‖₂ ≤ ‖W̃‖_F/√m ≤ 1. ∎
"""

from wnverify import Claim, Theorem, free_of, increasing
from wnverify.families.normalizations.weight_standardization import WEIGHT_STANDARDIZATION

slope, output, V, r, L = WEIGHT_STANDARDIZATION.symbols("input_gradient_norm output_abs norm_v input_norm L")
bound = V

theorem = Theorem(
    claim=Claim(slope, "<=", bound),
    family=WEIGHT_STANDARDIZATION,
    about_bound=[increasing(V), free_of(L)],
    mutants={
        "0.99 of it": bound * 99 / 100,
        "the output in half the ball": Claim(output, "<=", bound * r / 2),
        "without V": V / V,
    },
)
