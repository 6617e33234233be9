"""While the margins are nearly uniform, e^{Pγ} grows at least linearly.

Statement:   e^{Pγ(T)} − e^{Pγ(0)} ≥ (9/20) ηP²T.
Hypotheses:  2.1, 3.1; |F_i − Pγ| ≤ 1/4 along the run, Pγ(0) ≥ 1/2, ηP² ≤ 1, margins of positive mean.
Kind:        lower bound
Label:       theorem
Paper:       Lemma 4.6 (read): γ(t) ≥ log[(η/8)(t − t₀) + e^{γ(t₀)}] for one patch, after the first stage.
Relation:    finite form: under what the lemma proves of the run, with 9/20 for 1/8, and with patches.
Ours:        the constant; derived in `bounds/cao2023`.
Tags:        batch normalization, gradient descent, rate, patches
"""

from sympy import Rational, exp

from wnverify import Claim, Theorem
from wnverify.bounds.cao2023 import GROWTH, START, TAU
from wnverify.families.batch_norm.descent import BATCH_NORM_DESCENT, CLOSE, P, gamma_end

theorem = Theorem(
    claim=Claim(exp(P * gamma_end) - START, ">=", GROWTH[0] * TAU, given=CLOSE, tolerance=1e-8),
    family=BATCH_NORM_DESCENT,
    mutants={"3/4 for 9/20": Rational(3, 4) * TAU, "P^4 for P^2": GROWTH[0] * P**2 * TAU},
)
