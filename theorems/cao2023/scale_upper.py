"""While the margins are nearly uniform, e^{Pγ} grows at most linearly.

Statement:   e^{Pγ(T)} − e^{Pγ(0)} ≤ 2 ηP²T.
Hypotheses:  2.1, 3.1; |F_i − Pγ| ≤ 1/4 along the run, Pγ(0) ≥ 1/2, ηP² ≤ 1, margins of positive mean.
Kind:        upper bound
Label:       theorem
Paper:       Lemma 4.6 (read): γ(t) ≤ log[8η(t − t₀) + 2e^{γ(t₀)}] for one patch, after the first stage.
Relation:    finite form: under what the lemma proves of the run, with 2τ + e^{γ(0)} for 8τ + 2e^{γ(0)}; patches.
Ours:        the constants; derived in `bounds/cao2023`.
Tags:        batch normalization, gradient descent, rate, patches
"""

from sympy import Rational, exp

from wnverify import Claim, Theorem
from wnverify.bounds.cao2023 import GROWTH, START, TAU
from wnverify.families.batch_norm.descent import BATCH_NORM_DESCENT, CLOSE, P, gamma_end

theorem = Theorem(
    claim=Claim(exp(P * gamma_end) - START, "<=", GROWTH[1] * TAU, given=CLOSE, tolerance=1e-8),
    family=BATCH_NORM_DESCENT,
    mutants={"9/10 for 2": Rational(9, 10) * TAU, "P for P^2": GROWTH[1] * TAU / P},
)
