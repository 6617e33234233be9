"""Without normalization the node with the largest c_u w_u(0)^{L−2} wins, for degrees beyond 2.

Statement:   Of the nodes of f = Σ c_u w_u^L, L > 2, the one with the largest c_u w_u^{L−2} at the start becomes
             infinite first in the clock ∫LL dt; that the others stay finite is losers_plain_finite.
Hypotheses:  gradient flow in w, L > 2; the largest leads by 1 % at least. Read off at 0.999999 of the time.
Kind:        identity
Label:       lemma
Paper:       not in it.
Ours:        the statement, from winner_plain_invariant; the counterpart of winner_ewn.
Tags:        sparsity, unnormalised, flow
"""

from sympy import Rational

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.competing_nodes import (
    COMPETING,
    largest_factor,
    plain_lead,
    plain_winner,
    strongest,
    strongest_plain,
)

given = {"a clear lead": (plain_lead, ">", Rational(101, 100))}

theorem = Theorem(
    claim=Claim(plain_winner + 1, "=", strongest_plain + 1, given=given),
    family=COMPETING,
    settings={"degree": ("3", "4", "5")},
    mutants={
        "the largest factor wins": largest_factor + 1,
        "the winner of EWN": strongest + 1,
    },
)
