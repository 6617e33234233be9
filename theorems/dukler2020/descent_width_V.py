"""Gradient descent of wide networks with α ≤ 1 contracts by 1 − ηλ₀/(2α²) in every step.

Statement:   with probability ≥ 1 − δ over u, for every y with R₀ = |f(0) − y| ≤ R̄: |r(s)| ≤ (1 − ηλ₀/(2α²))^s R₀
             for all s.
Hypotheses:  m ≥ 32κ² log(4n/δ)/λ₀; n(16τ + 10 log(n(n+3)/δ)/m) ≤ λ₀/8; m B_d(2α²τ) ≤ δ/4; η ≤ 4α²/(9κ²); α ≤ 1; d ≥
             3.
Kind:        upper bound; the true rate is about twice that
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
    lambda_0,
    m,
    mean_inverse,
    n,
    start_residual,
    step,
    step_rate,
)

parameters = Widths(n, m, d, kappa, alpha, lambda_0, Rbar, delta, mean_inverse)
given = {
    "alpha at most 1": (alpha, "<=", 1),
    "concentration": parameters.concentrated(4),
    "small residual for the width": parameters.descent_V(),
    "no short u": parameters.no_short(2 * alpha**2 * parameters.tau),
    "step size": (step, "<=", 4 * alpha**2 / (9 * kappa**2)),
    "residual at most Rbar": (start_residual, "<=", Rbar),
}

claim = Claim(step_rate, ">=", lambda_0 / (2 * alpha**2), given=given, probability=1 - delta)

theorem = Theorem(
    claim=claim,
    family=RELU_WIDTHS,
    settings={"kind": ("descent V",)},
    mutants={
        "1.5 omega": 3 * lambda_0 / (2 * alpha**2),
        "no condition on the residual": claim.without("small residual for the width").without("no short u"),
    },
    unrefutable={
        "the constants of the width": "runs at the smallest admissible width use a few per cent of the room"
    },
)
