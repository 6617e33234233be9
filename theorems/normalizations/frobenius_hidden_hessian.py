"""W/‖W‖_F: the Hessian in the hidden layers alone.

Statement:   ‖∂²f/∂W²‖₂ ≤ max(λ₂, min(λ₁, 2h)) of `frobenius_hessian` with b = 0; for the identity and L = 1, 2 it is
             (2/√3)V/ω² and 2V/ω², V = ‖v‖, ω = min_l ‖W^l‖_F.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x‖₂ ≤ 1, no W^l vanishes.
Kind:        upper bound, tight for L = 1 and L = 2 and the identity
Label:       theorem
Paper:       not in it.
Ours:        the statement.
Tags:        hessian, smoothness, depth, depth-free, frobenius

Proof. That of `frobenius_hessian` with no step in v, so that b does not enter. ∎
"""

from sympy import Integer

from wnverify import Claim, Theorem, decreasing, free_of, increasing
from wnverify.bounds.normalizations import frobenius_hessian
from wnverify.families.normalizations.frobenius import FROBENIUS

hessian, V, omega, m = FROBENIUS.symbols("hessian_norm_W norm_v omega m")
bound = frobenius_hessian(V, omega, layers=Integer(0))

theorem = Theorem(
    claim=Claim(hessian, "<=", bound),
    family=FROBENIUS,
    about_bound=[free_of(m), decreasing(omega), increasing(V)],
    mutants={
        "without the cross term": frobenius_hessian(V, omega, cross=Integer(0), layers=Integer(0)),
        "0.99 of it": bound * 99 / 100,
        "without V": bound / V,
        "1/omega for 1/omega^2": bound * omega,
    },
)
