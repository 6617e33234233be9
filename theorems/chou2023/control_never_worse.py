"""Control: weight normalization is never worse than plain gradient flow.

Statement:   ‖x_∞‖₁ ≤ ‖x_∞‖₁ of plain gradient flow from every common start.
Hypotheses:  S₊ has a positive point.
Kind:        control, false on purpose: it must be refuted (a start larger than the least norm has ρ > 1)
Label:       control
Paper:       abstract (abstract): in contrast to plain gradient flow, the bias persists if the weights start at a
             scale that is large in practice.
Relation:    shows its need: not at every scale, only up to that of the least norm (small_start_never_larger).
Tags:        control, limit, comparison
"""

from wnverify import Claim, Theorem, Verdict
from wnverify.families.diagonal.limits import DIAGONAL_LIMITS, mass, plain_mass, plain_solved, solved

theorem = Theorem(
    claim=Claim(
        mass,
        "<=",
        plain_mass,
        given={"limit found": (solved, "=", 1), "plain limit found": (plain_solved, "=", 1)},
        tolerance=1e-9,
    ),
    family=DIAGONAL_LIMITS,
    expect=Verdict.REFUTED,
)
