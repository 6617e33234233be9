"""Under the flow, EWN keeps the balance of log-norms between layers.

Statement:   (Σ_{u in l} log‖w_u‖/d_l)′ is the same for every layer l, for any loss. Measured as the largest
             difference, relative to the sum of the sizes of the terms of all these derivatives.
Hypotheses:  w = e^α v/‖v‖, gradient flow; outputs homogeneous of degree d_l in layer l.
Kind:        identity
Label:       lemma
Paper:       not in it.
Ours:        the statement, the limit of balance_ewn for small steps.
Tags:        flow, ewn, invariant, homogeneous
"""

from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.state import HOMOGENEOUS, LAYERED, ewn_log_rate, ewn_square_rate, swn_log_rate

theorem = Theorem(
    claim=Claim(ewn_log_rate, "=", Integer(0), tolerance=1e-12),
    family=HOMOGENEOUS,
    settings=LAYERED,
    mutants={
        "squares in place of logarithms": Claim(ewn_square_rate, "=", Integer(0), tolerance=1e-12),
        "SWN": Claim(swn_log_rate, "=", Integer(0), tolerance=1e-12),
    },
)
