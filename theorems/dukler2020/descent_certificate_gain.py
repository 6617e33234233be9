"""Along a certified descent no gain moves farther than p = κR₀/(φ√m).

Statement:   |g_k(s) − g_k(0)| ≤ κR₀/(φ√m) for all k and s, φ the certified rate.
Hypotheses:  the certificate applies, and η times the smoothness is at most 1.
Kind:        upper bound, tight (one input)
Label:       corollary
Paper:       lemma on movement (recollection): in wide networks no gain moves far while the residual falls at a linear
             rate.
Relation:    other constants: an explicit distance, of one initialisation that was drawn.
Ours:        the statement.
Tags:        gradient descent, movement, certificate, relu
"""

from sympy import sqrt

from wnverify import Claim, Theorem, decreasing
from wnverify.bounds.dukler2020 import PHI, reach
from wnverify.families.relu.runs import CERTIFIED_STEPS, RELU_RUNS, certified_step_rate, m, step_gain_shift

p = reach(certified_step_rate)
applies = {certified_step_rate: PHI}

theorem = Theorem(
    claim=Claim(step_gain_shift, "<=", p, given=CERTIFIED_STEPS, tolerance=1e-6),
    family=RELU_RUNS,
    about_bound=[decreasing(m, given=applies)],
    mutants={"a tenth of it": p / 10, "1/m for 1/sqrt(m)": p / sqrt(m)},
    corollary_of=("dukler2020/descent_certificate", "dukler2020/gain_gradient_bound"),
)
