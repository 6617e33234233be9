"""W/‖W‖₂: the network stretches its input by ‖v‖ at most.

Statement:   ‖∂f/∂x‖₂ ≤ V, V = ‖v‖; as f vanishes at x = 0, |f(θ;x)| ≤ V‖x‖ as well.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, no W^l vanishes.
Kind:        upper bound, tight for every L
Label:       theorem
Paper:       not in it.
Ours:        the statement; tried with layers of two to four units.
Tags:        input, output, depth, spectral

Proof. ‖∂α^l/∂α^{l−1}‖₂ ≤ ‖W^l‖₂/‖W^l‖₂ = 1. Attained by the identity, and x and v along singular vectors. ∎
"""

from wnverify import Claim, Theorem, free_of, increasing
from wnverify.families.normalizations.spectral import SPECTRAL

slope, output, V, r, L = SPECTRAL.symbols("input_gradient_norm output_abs norm_v input_norm L")
bound = V

theorem = Theorem(
    claim=Claim(slope, "<=", bound),
    family=SPECTRAL,
    about_bound=[increasing(V), free_of(L)],
    mutants={
        "0.99 of it": bound * 99 / 100,
        "the output in half the ball": Claim(output, "<=", bound * r / 2),
        "without V": V / V,
    },
)
