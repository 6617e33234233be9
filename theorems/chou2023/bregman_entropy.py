"""Bregman divergence of the mirror potential for L = 2.

Statement:   D_Φ(z, x) = ‖z‖₁ KL(z/‖z‖₁ ‖ x/‖x‖₁) + (η/2)(‖z‖₁ − ‖x‖₁)² (the difference relative to the summands
             of Φ(z) − Φ(x) − ⟨∇Φ(x), z − x⟩).
Hypotheses:  L = 2, x > 0, z > 0.
Kind:        identity
Label:       lemma
Paper:       not in it.
Ours:        the statement.
Tags:        identity, mirror flow, divergence
"""

from sympy import Expr, Integer

from wnverify import Claim, Theorem
from wnverify.bounds.chou2023 import ENTROPIC
from wnverify.families.diagonal.point import DIAGONAL, bregman, bregman_size, eta, kl_z, mass_z, r


def claim(weight: Expr, rate: Expr) -> Claim:
    """D_Φ(z, x) = weight·KL + rate·(‖z‖₁ − r²)²."""
    defect = abs(bregman - weight * kl_z - rate * (mass_z - r**2) ** 2) / bregman_size
    return Claim(defect, "=", Integer(0), tolerance=1e-12)


theorem = Theorem(
    claim=claim(mass_z, eta / 2),
    family=DIAGONAL,
    settings=ENTROPIC,
    mutants={"without the factor ||z||_1": claim(Integer(1), eta / 2), "eta for eta/2": claim(mass_z, eta)},
)
