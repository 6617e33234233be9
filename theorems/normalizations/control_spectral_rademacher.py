"""Control: the Rademacher complexity of W/‖W‖₂ with an odd activation is not that of weight normalization.

Statement:   the empirical Rademacher complexity at r e_1, …, r e_n is at most Vr/√n for one layer with φ the soft
             threshold at some t ≥ 0, V = ‖v‖. It is the same supremum for every sign vector, and measured from below
             at one W.
Hypotheses:  φ odd, |φ′| ≤ 1, φ(0) = 0, r ≤ 1, m = d.
Kind:        control, false on purpose: the projective plane of order q has order n^{-1/4}; .2954 beside .1796 at q =
             5, n = 31
Label:       control
Paper:       not in it.
Ours:        a wrong version of depth_free/rademacher_odd; it holds for W/‖W‖₂ with the identity (linear_rademacher).
Tags:        control, generalization, rademacher, spectral
"""

from sympy import sqrt

from wnverify import Claim, Theorem, Verdict
from wnverify.families.normalizations.rotated import SOFT

rademacher, V, n, r = SOFT.symbols("rademacher norm_v n input_norm")

theorem = Theorem(claim=Claim(rademacher, "<=", V * r / sqrt(n)), family=SOFT, expect=Verdict.REFUTED)
