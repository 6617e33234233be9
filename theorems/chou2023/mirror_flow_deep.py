"""Mirror flow for L > 2: a power potential, and a clock that stops as the radius grows.

Statement:   d∇Φ(x)/dt = −κ∇l(x) with Φ(x) = −(L/2)∫₀^S (s e^(−ηs))^a ds, S = Σ x_i^(2/L), a = (L − 2)/2 and
             κ = L(L − 2)ηr^L e^(−(L−2)ηr²/2) (both sides times e^(aηr²), the defect relative to the summands).
Hypotheses:  L > 2, x > 0.
Kind:        identity
References:  derived here from the invariant of Chou, Rauhut, Ward:
             Robust implicit regularization via weight normalization, arXiv:2305.05448.
Tags:        identity, mirror flow
"""

from sympy import Expr, Integer

from wnverify import Claim, Theorem, increasing
from wnverify.bounds.chou2023 import DEEP, distance, kappa
from wnverify.families.diagonal.point import (
    DIAGONAL,
    L,
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
    claim=claim(mirror_rate, mirror_stray, kappa(L, eta, r)),
    family=DIAGONAL,
    settings=DEEP,
    about_bound=[increasing(r, of=kappa(L, eta, r)), increasing(eta, of=kappa(L, eta, r))],
    mutants={
        "r^(L-1) for r^L in kappa": claim(mirror_rate, mirror_stray, kappa(L, eta, r) / r),
        "L^2 for L(L-2) in kappa": claim(mirror_rate, mirror_stray, L**2 * eta * r**L),
        "potential of plain gradient flow": claim(plain_rate, plain_stray, kappa(L, eta, r)),
    },
)
