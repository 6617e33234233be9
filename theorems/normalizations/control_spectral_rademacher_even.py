"""Control: the Rademacher complexity of W/‖W‖₂ does not decay with the sample for φ = |·|.

Statement:   the empirical Rademacher complexity at r e_1, …, r e_n is at most Vr(√(2 log 2) + 1)/√n for one layer
             with φ = |·|, V = ‖v‖, n = 2h. Of every sign vector h signs agree; measured from below at one W on these
             h inputs.
Hypotheses:  |φ′| ≤ 1, φ(0) = 0, r ≤ 1.
Kind:        control, false on purpose: a Hadamard matrix on the inputs whose signs agree, 0 on the others, gives V/2
             for every n; .5 beside .272 at n = 64
Label:       control
Paper:       not in it.
Ours:        a wrong version of banerjee2024/rademacher, whose bound this is.
Tags:        control, generalization, rademacher, spectral
"""

from sympy import Integer

from wnverify import Claim, Theorem, Verdict
from wnverify.bounds.banerjee2024 import complexity
from wnverify.families.networks.rademacher import L, c0, n, rho
from wnverify.families.normalizations.rotated import HALVES

rademacher, V, h, r = HALVES.symbols("rademacher norm_v h input_norm")
bound = complexity(n).subs({c0: Integer(0), rho: V * r - 1, L: Integer(1), n: 2 * h})

theorem = Theorem(claim=Claim(rademacher, "<=", bound), family=HALVES, expect=Verdict.REFUTED)
