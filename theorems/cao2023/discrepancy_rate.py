"""Gradient descent with batch normalization makes the margins uniform, faster than any power of the time.

Statement:   D(w(T)) ≤ 2(λ_max/λ_min)(‖w_⊥(0)‖/‖w(0)‖)² exp(−(√3/40)(λ_min/(P²λ_max^{3/2}‖w*‖‖w(T)‖²))
             log²(1 + 2ηP²T/e^{Pγ(0)})), w_⊥ = w − ⟨w, w*⟩w*/‖w*‖².
Hypotheses:  2.1, 3.1; the inputs span the space; |F_i − Pγ| ≤ 1/4 along the run, Pγ(0) ≥ 1/2, ηP² ≤ 1, margins of
             positive mean; ‖w_⊥(0)‖ ≤ ‖w(0)‖/2, η ≤ ‖w(0)‖²√λ_min/(9‖w*‖λ_max).
Kind:        upper bound
Label:       corollary
Paper:       abstract and Theorem 2.2 and Theorem 3.2 and Lemma 4.6 (read): D(w(t)) ≤ C₃(λ_max/λ_min) exp(−C₄(λ_min/
             (λ_max^{3/2}‖w(0)‖²)) log²((8/9)ηP(t − t₀) + 1)) after the first stage, for one patch and for P.
Relation:    finite form: under what the lemma proves of the run, with constants, with 1/‖w*‖ in the exponent, which a
             factor of all inputs asks for, and with P²T for PT.
Ours:        the constants: distance_decay, clock_logarithmic, metric_upper, and ‖w‖ never falls.
Tags:        batch normalization, gradient descent, uniform margin, rate, patches
"""

from sympy import Rational

from wnverify import Claim, Theorem, decreasing
from wnverify.bounds.cao2023 import TURNING, decay, log_clock
from wnverify.families.batch_norm.descent import (
    BATCH_NORM_DESCENT,
    discrepancy_end,
    distance,
    lambda_max,
    lambda_min,
    norm_end,
    steps,
    weight_norm,
)

above_rounding = {"above rounding": (discrepancy_end, ">", Rational(1, 10**22))}
start = 2 * lambda_max / lambda_min * (distance / weight_norm) ** 2

theorem = Theorem(
    claim=Claim(
        discrepancy_end, "<=", start * decay(log_clock()), given={**TURNING, **above_rounding}, tolerance=1e-6
    ),
    family=BATCH_NORM_DESCENT,
    about_bound=[decreasing(steps, of=decay(log_clock()))],
    mutants={
        "half of it": start * decay(log_clock()) / 2,
        "without |w*|": start * decay(log_clock(), norm_end**2),
    },
    paper_says={
        "With batch normalization gradient descent on a linear model converges to a uniform margin classifier at a "
        "rate exp(-Omega(log^2 t)): here once the margins are nearly uniform.": None,
        "On a two-layer linear network with one filter it converges to a patch-wise uniform margin: likewise.": None,
    },
    corollary_of=(
        "cao2023/distance_decay",
        "cao2023/clock_logarithmic",
        "cao2023/metric_upper",
        "cao2023/norm_grows",
    ),
)
