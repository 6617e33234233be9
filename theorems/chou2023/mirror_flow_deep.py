"""Mirror flow for L > 2: a power potential, and a clock that stops as the radius grows.

Statement:   d∇Φ(x)/dt = −κ∇l(x) with Φ(x) = −(L/2)∫₀^S (s e^(−ηs))^a ds, S = Σ x_i^(2/L), a = (L − 2)/2 and
             κ = L(L − 2)ηr^L e^(−(L−2)ηr²/2) (both sides times e^(aηr²), the defect relative to the summands).
Hypotheses:  L > 2, x > 0.
Kind:        identity
Label:       theorem
Paper:       not in it.
Ours:        the statement; in ker A it is the invariant.
Tags:        identity, mirror flow
"""

from wnverify import Theorem, increasing
from wnverify.bounds.chou2023 import DEEP, kappa, mirror_motion
from wnverify.families.diagonal.point import DIAGONAL, L, eta, mirror_rate, mirror_stray, plain_rate, plain_stray, r

theorem = Theorem(
    claim=mirror_motion(mirror_rate, mirror_stray, kappa(L, eta, r)),
    family=DIAGONAL,
    settings=DEEP,
    about_bound=[increasing(r, of=kappa(L, eta, r)), increasing(eta, of=kappa(L, eta, r))],
    mutants={
        "r^(L-1) for r^L in kappa": mirror_motion(mirror_rate, mirror_stray, kappa(L, eta, r) / r),
        "L^2 for L(L-2) in kappa": mirror_motion(mirror_rate, mirror_stray, L**2 * eta * r**L),
        "potential of plain gradient flow": mirror_motion(plain_rate, plain_stray, kappa(L, eta, r)),
    },
)
