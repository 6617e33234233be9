"""Control: distinct inputs do not suffice for a positive definite kernel.

Statement:   V∞ has n positive eigenvalues as soon as no two inputs coincide.
Hypotheses:  d ≥ 2, angles between inputs at least 1/50; antipodal inputs are allowed.
Kind:        control, false on purpose: d + 1 antipodal pairs refute it, since z = relu(z) − relu(−z) spans d
             dimensions only
Label:       control
Paper:       lemma on positivity (recollection): V∞ is positive definite if no two inputs are parallel.
Relation:    shows its need: antipodal inputs are parallel too, and with d + 1 pairs of them V∞ is singular.
Ours:        a wrong version of dukler2020/positivity_direction.
Tags:        control, kernel, positivity
"""

from sympy import Rational

from wnverify import Claim, Theorem, Verdict
from wnverify.families.relu.kernels import KERNELS, PLANAR, V_positive, min_angle, n

theorem = Theorem(
    claim=Claim(V_positive, ">=", n, given={**PLANAR, "distinct inputs": (min_angle, ">=", Rational(1, 50))}),
    family=KERNELS,
    expect=Verdict.REFUTED,
)
