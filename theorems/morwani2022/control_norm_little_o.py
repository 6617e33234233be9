"""Control: under EWN the norm does not grow as o((log t)^{1/L}).

Statement:   ‖w(t)‖^L ≤ (1/2) log(1 + t) once ‖w‖^L ≥ 100, for one node f = ‖w‖^L and LL = e^{−f}, as o((log t)^{1/L})
             would have it from some time on.
Hypotheses:  EWN with ‖v‖ = 1, one sample. L² t for t.
Kind:        control, false on purpose: it must be refuted
Label:       control
Paper:       Theorem 7 (read): (i) prints that ‖w(t)‖ grows as o((log t)^{1/L}); so does Theorem 15 for
             cross-entropy.
Relation:    false as printed: its proof gives Ω (norm_ewn), and here ‖w‖^L/log t → 1.
Tags:        control, rate, ewn, scalar
"""

from sympy import log

from wnverify import Claim, Theorem, Verdict
from wnverify.families.homogeneous.scalar_nodes import SCALAR_NODES, ewn_time, finish, start

given = {"late": (finish, ">=", 100), "from afar": (finish, ">=", 2 * start)}

theorem = Theorem(
    claim=Claim(finish, "<=", log(1 + ewn_time) / 2, given=given, tolerance=1e-9),
    family=SCALAR_NODES,
    expect=Verdict.REFUTED,
)
