"""Along a certified descent no direction turns farther than A = (q + q²/2)/α², q = κR₀/(φ√m|u_k|).

Statement:   the angles between successive v_k(s) add up to at most (q + q²/2)/α², for the first neuron.
Hypotheses:  the certificate applies, and η times the smoothness is at most 1.
Kind:        upper bound
Label:       corollary
Paper:       lemma on movement (recollection): in wide networks no direction moves far while the residual falls at a
             linear rate.
Relation:    other constants: the angle instead of the distance, explicit, of one initialisation that was drawn.
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
    corollary_of=("dukler2020/descent_certificate", "dukler2020/direction_gradient_bound", "dukler2020/step_angle"),
)
