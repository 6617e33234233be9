"""Along a certified descent no direction turns farther than A = (q + q²/2)/α², q = κR₀/(φ√m|u_k|).

Statement:   the angles between successive v_k(s) add up to at most (q + q²/2)/α², for the first neuron.
Hypotheses:  the certificate applies, and η times the smoothness is at most 1.
Kind:        upper bound
Paper:       the theorems of which this is a deterministic version.
Ours:        the statement.
Tags:        gradient descent, movement, certificate, relu
"""

from wnverify import Claim, Theorem, decreasing
from wnverify.bounds.dukler2020 import PHI, reach, turn
from wnverify.families.relu.runs import CERTIFIED_STEPS, RELU_RUNS, alpha, certified_step_rate, m, step_turned

A = turn(reach(certified_step_rate))
applies = {certified_step_rate: PHI}

theorem = Theorem(
    claim=Claim(step_turned, "<=", A, given=CERTIFIED_STEPS, tolerance=1e-6),
    family=RELU_RUNS,
    about_bound=[decreasing(m, given=applies), decreasing(alpha, given=applies)],
    mutants={"a tenth of it": A / 10, "without 1/alpha^2": alpha**2 * A},
)
