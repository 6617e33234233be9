"""Mirror flow for L = 2: weight normalization descends an entropy with a quadratic term.

Statement:   d∇Φ(x)/dt = −κ∇l(x) with Φ(x) = Σ x_i log(x_i/‖x‖₁) + (η/2)‖x‖₁² and κ = 4ηr² (measured: the
             length of the defect relative to the summands).
Hypotheses:  L = 2, x > 0.
Kind:        identity
Label:       theorem
Paper:       not in it.
Ours:        the statement; in ker A it is the paper's invariant.
Tags:        identity, mirror flow
"""

from wnverify import Theorem, increasing
from wnverify.bounds.chou2023 import ENTROPIC, kappa, mirror_motion
from wnverify.families.diagonal.point import DIAGONAL, eta, mirror_rate, mirror_stray, plain_rate, plain_stray, r

theorem = Theorem(
    claim=mirror_motion(mirror_rate, mirror_stray, kappa(2, eta, r)),
    family=DIAGONAL,
    settings=ENTROPIC,
    about_bound=[increasing(r, of=kappa(2, eta, r)), increasing(eta, of=kappa(2, eta, r))],
    mutants={
        "kappa without r^2": mirror_motion(mirror_rate, mirror_stray, 4 * eta),
        "potential without eta": mirror_motion(plain_rate, plain_stray, kappa(2, eta, r)),
    },
)
