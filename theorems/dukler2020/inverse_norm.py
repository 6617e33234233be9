"""The mean inverse length of a Gaussian vector.

Statement:   E 1/|u| = Γ((d−1)/2)/(√2 Γ(d/2)). Measured by quadrature in the radius.
Hypotheses:  u ~ N(0, I_d), d ≥ 2; for d = 1 the mean is infinite.
Kind:        identity
Label:       lemma
Paper:       not in it.
Ours:        the statement, for the width conditions.
Tags:        initialisation, lemma
"""

from sympy import sqrt

from wnverify import Claim, Theorem
from wnverify.bounds.dukler2020 import inverse_norm as formula
from wnverify.families.relu.kernels import KERNELS, PLANAR, d, inverse_norm

theorem = Theorem(
    claim=Claim(inverse_norm, "=", formula(), given=PLANAR, tolerance=1e-11),
    family=KERNELS,
    mutants={"1/sqrt(d)": 1 / sqrt(d), "without 1/sqrt(2)": sqrt(2) * formula(), "next d": formula().subs(d, d + 1)},
)
