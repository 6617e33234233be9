"""The loss falls like 1/(ηP²T), from above.

Statement:   L(T) ≤ e^{1/4}/(e^{Pγ(0)} + (9/20) ηP²T).
Hypotheses:  2.1, 3.1; |F_i − Pγ| ≤ 1/4 along the run, Pγ(0) ≥ 1/2, ηP² ≤ 1, margins of positive mean.
Kind:        upper bound
Label:       corollary
Paper:       Theorem 2.2 and Theorem 3.2 and Lemma 4.6 (read): L ≤ C/(η(t − t₀ + 1)) for one patch, with C = 12 in the
             lemma, and ≤ C/(ηP(t − t₀ + 1)) for P patches.
Relation:    finite form: under what the lemma proves of the run, with constants, and P² for P.
Ours:        the constants; e^{−F_i} ≤ e^{1/4 − Pγ}.
Tags:        batch normalization, gradient descent, rate, loss, patches
"""

from sympy import Rational, exp, oo

from wnverify import Claim, Theorem, below, decreasing, limit
from wnverify.bounds.cao2023 import GROWTH, START, TAU
from wnverify.families.batch_norm.descent import BATCH_NORM_DESCENT, CLOSE, P, loss_end, step, steps

bound = exp(Rational(1, 4)) / (START + GROWTH[0] * TAU)
linear = limit(steps, oo, exp(Rational(1, 4)) / (GROWTH[0] * step * P**2), of=bound * steps)

theorem = Theorem(
    claim=Claim(loss_end, "<=", bound, given=CLOSE, tolerance=1e-8),
    family=BATCH_NORM_DESCENT,
    about_bound=[decreasing(steps), linear, below(12 / (TAU + 1))],
    mutants={"half of it": bound / 2, "twice the time": exp(Rational(1, 4)) / (START + 2 * TAU)},
    paper_says={"The training loss converges to zero, like 1/t.": linear},
    corollary_of="cao2023/scale_lower",
)
