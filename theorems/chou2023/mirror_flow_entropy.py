"""Mirror flow for L = 2: weight normalization descends an entropy with a quadratic term.

Statement:   d∇Φ(x)/dt = −κ∇l(x) with Φ(x) = Σ x_i log(x_i/‖x‖₁) + (η/2)‖x‖₁² and κ = 4ηr² (measured: the
             length of the defect relative to the summands).
Hypotheses:  L = 2, x > 0.
Kind:        identity
References:  derived here from the invariant of Chou, Rauhut, Ward:
             Robust implicit regularization via weight normalization, arXiv:2305.05448.
Tags:        identity, mirror flow
"""

from sympy import Expr, Integer

from wnverify import Claim, Theorem, increasing
from wnverify.bounds.chou2023 import ENTROPIC, distance, kappa
from wnverify.families.diagonal.point import (
    DIAGONAL,
    eta,
    mirror_rate,
    mirror_size,
    mirror_stray,
    plain_rate,
    plain_stray,
    pull_norm,
    r,
)


def claim(rate: Expr, stray: Expr, speed: Expr) -> Claim:
    """The mirror gradient moves along −∇l, at this speed."""
    return Claim(distance((rate, speed * pull_norm), rest=stray) / mirror_size, "=", Integer(0), tolerance=1e-12)


theorem = Theorem(
    claim=claim(mirror_rate, mirror_stray, kappa(2, eta, r)),
    family=DIAGONAL,
    settings=ENTROPIC,
    about_bound=[increasing(r, of=kappa(2, eta, r)), increasing(eta, of=kappa(2, eta, r))],
    mutants={
        "kappa without r^2": claim(mirror_rate, mirror_stray, 4 * eta),
        "potential without eta": claim(plain_rate, plain_stray, kappa(2, eta, r)),
    },
)
