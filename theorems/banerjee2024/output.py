"""Output of the network: bounded by the output layer alone when φ(0) = 0.

Statement:   |f(θ;x)| ≤ (1 + ρ₁)(1 + L√m c0).
Hypotheses:  |φ′| ≤ 1, ‖x‖₂ ≤ 1 (√d under fan_in), ‖v‖₂ ≤ 1 + ρ₁, all rows nonzero.
Kind:        upper bound; attained by the identity with rows and output layer aligned
Label:       lemma
Paper:       abstract (recollection): used for the bounds on the loss and on generalization.
Relation:    step of its proof: with explicit constants.
Ours:        the explicit constants.
Tags:        output, width
"""

from sympy import Integer, sqrt

from wnverify import Claim, Theorem, free_of, increasing
from wnverify.bounds.banerjee2024 import activation_norm
from wnverify.families.networks.weight_norm import LIPSCHITZ, WEIGHT_NORM, L, c0, d, m, omega, output_abs, rho

theorem = Theorem(
    claim=Claim(output_abs, "<=", (1 + rho) * activation_norm(L), given=LIPSCHITZ),
    family=WEIGHT_NORM,
    about_bound=[increasing(rho), increasing(c0), free_of(omega), free_of(d), free_of(m, given={c0: 0})],
    mutants={
        "without the factor (1+rho)": activation_norm(L),
        "without the term of c0": 1 + rho,
        "1/sqrt(m) of the bound": (1 + rho) * activation_norm(L) / sqrt(m),
        "depth forgotten in the term of c0": (1 + rho) * activation_norm(Integer(1)),
    },
)
