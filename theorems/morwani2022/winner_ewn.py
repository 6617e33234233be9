"""Under EWN the node with the largest c_u w_u(0)^L wins, for every degree.

Statement:   Of the nodes of f = Σ c_u w_u^L the one with the largest c_u w_u^L at the start becomes infinite first
             in the clock ∫LL dt.
Hypotheses:  EWN with ‖v‖ = 1, L ≥ 1; the largest leads by 1 % at least. Read off at 0.999999 of the time.
Kind:        identity
Label:       theorem
Paper:       Proposition 6 (read): (i) for a linear model on one sample z > 0 only the nodes of largest w_i(0)z_i
             tend to infinity.
Relation:    stronger: for every degree; that the others stay finite is losers_ewn_finite.
Tags:        sparsity, ewn, flow
"""

from sympy import Rational

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.competing_nodes import (
    COMPETING,
    ewn_lead,
    ewn_winner,
    largest_factor,
    strongest,
    strongest_plain,
)

given = {"a clear lead": (ewn_lead, ">", Rational(101, 100))}

theorem = Theorem(
    claim=Claim(ewn_winner + 1, "=", strongest + 1, given=given),
    family=COMPETING,
    mutants={
        "the largest factor wins": largest_factor + 1,
        "the winner of plain flow": strongest_plain + 1,
    },
)
