"""Gradient descent of wide networks with α ≥ 1 contracts by 1 − ημ₀/2 in every step.

Statement:   with probability ≥ 1 − δ over u, for every y with R₀ = |f(0) − y| ≤ R̄: |r(s)| ≤ (1 − ημ₀/2)^s R₀ for
             all s.
Hypotheses:  m ≥ 32κ² log(4n/δ)/μ₀; √n κ(7p/α² + 11 log(2(n+1)/δ)/m) ≤ μ₀/4, p = 2κR̄/(μ₀√m); m B_d(2p) ≤ δ/4; η ≤
             4/(9κ²); α ≥ 1; d ≥ 3.
Kind:        upper bound; the true rate is two to five times that
Paper:       the same rate.
Ours:        the constants.
Tags:        gradient descent, convergence, width, probability, relu
"""

from wnverify import Claim, Theorem
from wnverify.bounds.dukler2020_runs import Widths
from wnverify.families.relu.widths import (
    RELU_WIDTHS,
    Rbar,
    alpha,
    d,
    delta,
    kappa,
    m,
    mean_inverse,
    mu_0,
    n,
    start_residual,
    step,
    step_rate,
)

parameters = Widths(n, m, d, kappa, alpha, mu_0, Rbar, delta, mean_inverse)
given = {
    "alpha at least 1": (alpha, ">=", 1),
    "concentration": parameters.concentrated(4),
    "small residual for the width": parameters.descent_G(),
    "no short u": parameters.no_short(2 * parameters.tau),
    "step size": (step, "<=", 4 / (9 * kappa**2)),
    "residual at most Rbar": (start_residual, "<=", Rbar),
}

claim = Claim(step_rate, ">=", mu_0 / 2, given=given, probability=1 - delta)

theorem = Theorem(
    claim=claim,
    family=RELU_WIDTHS,
    settings={"kind": ("descent G",)},
    mutants={
        "3 omega": 3 * mu_0,
        "alpha^2 mu_0": 2 * alpha**2 * mu_0,
    },
    unrefutable={
        "the constants of the width": "runs at the smallest admissible width use a few per cent of the room"
    },
)
