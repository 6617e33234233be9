"""Along a certified flow no direction turns farther than A = (q + q²/2)/α², q = κR₀/(φ√m|u_k|).

Statement:   the path of v̄_k is no longer than (q + q²/2)/α² for all t, for the first neuron; φ the certified rate.
Hypotheses:  the certificate applies.
Kind:        upper bound
Paper:       the theorems of which this is a deterministic version.
Ours:        the statement.
Tags:        gradient flow, movement, certificate, relu
"""

from wnverify import Claim, Theorem, decreasing
from wnverify.bounds.dukler2020 import PHI, reach, turn
from wnverify.families.relu.runs import CERTIFIED, RELU_RUNS, alpha, certified_rate, m, turned

A = turn(reach(certified_rate))
applies = {certified_rate: PHI}

theorem = Theorem(
    claim=Claim(turned, "<=", A, given=CERTIFIED, tolerance=1e-6),
    family=RELU_RUNS,
    about_bound=[decreasing(m, given=applies), decreasing(alpha, given=applies)],
    mutants={"a tenth of it": A / 10, "without 1/alpha^2": alpha**2 * A},
)
