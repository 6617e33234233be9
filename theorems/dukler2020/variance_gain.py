"""Second moments of the gain kernel: its squared fluctuation is a closed form over the width.

Statement:   Var a a′ 1 1 = J2/(2πd(d+2)) − G∞², J2 = 3 sin θ cos θ + (π−θ)(1 + 2 cos² θ);
             so m E|G(0) − G∞|_F² is the sum of these over all pairs of inputs.
Hypotheses:  v̄ uniform on the sphere of R^d, d ≥ 2.
Kind:        identity
Label:       lemma
Paper:       not in it.
Ours:        the statement, from E|u|⁴ = d(d+2).
Tags:        kernel, variance, concentration
"""

from sympy import pi

from wnverify import Theorem
from wnverify.bounds.dukler2020 import closed_form, j2, kernel_G
from wnverify.families.relu.kernels import KERNELS, G_variance, d

moment = j2() / (2 * pi * d * (d + 2))

theorem = Theorem(
    claim=closed_form(G_variance, moment - kernel_G() ** 2),
    family=KERNELS,
    mutants={
        "1/d^2 for 1/(d(d+2))": closed_form(G_variance, (d + 2) * moment / d - kernel_G() ** 2),
        "the mean not removed": closed_form(G_variance, moment),
    },
)
