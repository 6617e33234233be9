"""The loss falls like 1/(ηP²T), from below.

Statement:   L(T) ≥ log(1 + 1/(e^{Pγ(0)} + 2ηP²T)).
Hypotheses:  2.1, 3.1; |F_i − Pγ| ≤ 1/4 along the run, Pγ(0) ≥ 1/2, ηP² ≤ 1, margins of positive mean.
Kind:        lower bound
Label:       corollary
Paper:       Theorem 2.2 and Theorem 3.2 and Lemma 4.6 (read): L ≥ C/(η(t − t₀ + 1)) for one patch, with C = 1/40
             in the lemma, and ≥ C/(ηP(t − t₀ + 1)) for P patches.
Relation:    finite form: under what the lemma proves of the run, with constants; with P for P² it is false unless C
             may fall with P, for equal margins have L about 1/(ηP²t).
Ours:        the constants.
Tags:        batch normalization, gradient descent, rate, loss, patches
"""

from sympy import log, oo

from wnverify import Claim, Theorem, decreasing, limit
from wnverify.bounds.cao2023 import GROWTH, START, TAU
from wnverify.families.batch_norm.descent import BATCH_NORM_DESCENT, CLOSE, P, loss_end, step, steps

bound = log(1 + 1 / (START + GROWTH[1] * TAU))
linear = limit(steps, oo, 1 / (GROWTH[1] * step * P**2), of=bound * steps)

theorem = Theorem(
    claim=Claim(loss_end, ">=", bound, given=CLOSE, tolerance=1e-8),
    family=BATCH_NORM_DESCENT,
    about_bound=[decreasing(steps), linear],
    mutants={
        "half of the time": log(1 + 1 / (START + TAU / 2)),
        "no patches": log(1 + 1 / (START + GROWTH[1] * TAU / P**2)),
    },
    corollary_of=("cao2023/loss_floor", "cao2023/scale_upper"),
)
