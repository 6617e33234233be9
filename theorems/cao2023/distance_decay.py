"""By that clock the distance to the uniform margin classifiers falls exponentially.

Statement:   ‖w_⊥(T)‖² ≤ ‖w_⊥(0)‖² exp(−(√3/2)(S/P²) λ_min/(λ_max^{3/2}‖w*‖‖w(T)‖²)), S = Σ_t ηP² Pγ_t min_i|ℓ′_i| and
             w_⊥ = w − ⟨w, w*⟩w*/‖w*‖².
Hypotheses:  2.1, 3.1; the inputs span the space; |F_i − Pγ| ≤ 1/4 along the run, Pγ(0) ≥ 1/2, ηP² ≤ 1, margins of
             positive mean; ‖w_⊥(0)‖ ≤ ‖w(0)‖/2, η ≤ ‖w(0)‖²√λ_min/(9‖w*‖λ_max).
Kind:        upper bound
Label:       theorem
Paper:       Lemma 4.6 (read): the distance never rises, and ‖w_⊥(t)‖² ≤ ε‖w(0)‖ exp(−c(λ_min/(λ_max^{3/2}‖w(0)‖²))
             log²((8/9)η(t − t₀) + 1)).
Relation:    finite form: under what the lemma proves of the run; its exponent misses the factor 1/‖w*‖, without which
             a factor of all inputs changes it but not the run, and ‖w(0)‖ before exp stands for its square.
Ours:        the form; derived in `bounds/cao2023` from progress_mean_slope and norm_growth.
Tags:        batch normalization, gradient descent, uniform margin, rate, patches
"""

from sympy import Rational

from wnverify import Claim, Theorem, decreasing
from wnverify.bounds.cao2023 import TURNING, decay
from wnverify.families.batch_norm.descent import (
    BATCH_NORM_DESCENT,
    clock,
    distance,
    distance_end,
    norm_end,
    weight_norm,
)

above_rounding = {"above rounding": (distance_end, ">", weight_norm * Rational(1, 10**12))}
bound = distance**2 * decay(clock)

theorem = Theorem(
    claim=Claim(distance_end**2, "<=", bound, given={**TURNING, **above_rounding}, tolerance=1e-6),
    family=BATCH_NORM_DESCENT,
    about_bound=[decreasing(clock)],
    mutants={
        "three times the exponent": distance**2 * decay(3 * clock),
        "without |w*|": distance**2 * decay(clock, norm_end**2),
    },
)
