"""Along a certified flow no gain moves farther than p = κR₀/(φ√m).

Statement:   |g_k(t) − g_k(0)| ≤ κR₀/(φ√m) for all k and t, φ the certified rate. The bound is of order R₀ m^{-1/2}.
Hypotheses:  the certificate applies.
Kind:        upper bound, tight (one input)
Label:       corollary
Paper:       lemma on movement (recollection): in wide networks no gain moves far while the residual falls at a linear
             rate.
Relation:    other constants: an explicit distance, of one initialisation that was drawn.
Ours:        the statement.
Tags:        gradient flow, movement, width, certificate, relu
"""

from sympy import oo, sqrt

from wnverify import Claim, Theorem, decreasing, limit, order
from wnverify.bounds.dukler2020 import PHI, reach
from wnverify.families.relu.runs import CERTIFIED, RELU_RUNS, certified_rate, gain_shift, kappa, m, start_residual

p = reach(certified_rate)
applies = {certified_rate: PHI}

theorem = Theorem(
    claim=Claim(gain_shift, "<=", p, given=CERTIFIED, tolerance=1e-6),
    family=RELU_RUNS,
    about_bound=[
        decreasing(m, given=applies),
        decreasing(PHI, given=applies),
        order(kappa * start_residual / (PHI * sqrt(m)), given=applies),
        limit(m, oo, 0, given=applies),
    ],
    mutants={"a tenth of it": p / 10, "1/m for 1/sqrt(m)": p / sqrt(m)},
    corollary_of=("dukler2020/flow_certificate", "dukler2020/flow_gain_shift"),
)
