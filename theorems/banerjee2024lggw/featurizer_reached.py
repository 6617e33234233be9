"""Gaussian width of the featurizer: no network that is found exceeds its formula.

Statement:   E_g sup ⟨α^L(θ; x), g⟩ ≤ (m/√(2π))(φ(r) − φ(−r)), r the largest |z| that the last layer can have: ‖x‖/√m
             for L = 1, and the larger of |φ(±r)| at each further layer; for n samples the mean of it. The left side
             is measured from below: a lower confidence limit (1 − 10⁻⁹) of the mean over Gaussian draws, at the
             network that an ascent of ⟨∇_θ f, g⟩ finds for each.
Hypotheses:  φ increasing, |φ′| ≤ 1, ‖x_i‖₂ ≤ 1.
Kind:        upper bound; attained, but for the confidence limit
Label:       lemma
Paper:       not in it.
Ours:        the statement.
Tags:        gaussian-width, output

Proof. In `featurizer_width`: A^L lies in that cube and holds its corners. ∎
"""

from sympy import sqrt

from wnverify import Claim, Theorem
from wnverify.families.networks.gradient_width import (
    GRADIENT_WIDTHS,
    LIPSCHITZ,
    featurizer_reached,
    featurizer_width,
    m,
)

theorem = Theorem(
    claim=Claim(featurizer_reached, "<=", featurizer_width, given=LIPSCHITZ),
    family=GRADIENT_WIDTHS,
    settings={"loss": ("output",), "activation": ("identity", "tanh", "sin", "softplus0")},
    mutants={
        "two thirds of it": 2 * featurizer_width / 3,
        "1/sqrt(m) of it": featurizer_width / sqrt(m),
    },
)
