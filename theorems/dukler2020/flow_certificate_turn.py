"""Along a certified flow no direction turns farther than A = (q + q²/2)/α², q = κR₀/(φ√m|u_k|).

Statement:   the path of v̄_k is no longer than (q + q²/2)/α² for all t, for the first neuron; φ the certified rate.
Hypotheses:  the certificate applies.
Kind:        upper bound
Label:       corollary
Paper:       abstract of 2019 (abstract): one regime is a form of lazy training in which directions stay where they
             are.
Relation:    finite form: a direction turns by 1/α² times what is fixed by the start, of one initialisation that was
             drawn.
Ours:        the constants.
Tags:        gradient flow, movement, certificate, relu
"""

from sympy import oo

from wnverify import Claim, Theorem, decreasing, limit
from wnverify.bounds.dukler2020 import PHI, reach, turn
from wnverify.families.relu.runs import CERTIFIED, RELU_RUNS, alpha, certified_rate, m, turned

A = turn(reach(certified_rate))
applies = {certified_rate: PHI}
still = limit(alpha, oo, 0, given=applies)

theorem = Theorem(
    claim=Claim(turned, "<=", A, given=CERTIFIED, tolerance=1e-6),
    family=RELU_RUNS,
    about_bound=[decreasing(m, given=applies), decreasing(alpha, given=applies), still],
    mutants={"a tenth of it": A / 10, "without 1/alpha^2": alpha**2 * A},
    corollary_of=("dukler2020/flow_certificate", "dukler2020/flow_turn"),
    paper_says={"(first version) there is lazy training in which directions stay where they are: as α → ∞": still},
)
