"""Under EWN no node but the strongest ever passes its limit, so all others stay finite.

Statement:   w_i(t) ≤ ℓ_i = (w_i(0)^{−L} − (c_i/c_j) w_j(0)^{−L})^{−1/L} up to the time at which the strongest node j
             becomes infinite, for f = Σ c_u w_u^L and every i ≠ j = argmax c_u w_u(0)^L. Read off at 0.999999 of
             that time.
Hypotheses:  EWN with ‖v‖ = 1; the loss depends on f alone; the largest leads by 1 % at least.
Kind:        upper bound, tight (late)
Label:       theorem
Paper:       Proposition 6 (read): (i) and (iii) for a linear model on one sample: only the nodes of the strongest
             class tend to infinity.
Relation:    stronger: for every degree, and at every time.
Tags:        sparsity, ewn, flow
"""

from sympy import Integer, Rational

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.competing_nodes import COMPETING, ewn_lead, ewn_loser_most

given = {"a clear lead": (ewn_lead, ">", Rational(101, 100))}

theorem = Theorem(
    claim=Claim(ewn_loser_most, "<=", Integer(1), given=given, tolerance=1e-7),
    family=COMPETING,
    mutants={"0.99 of it": Rational(99, 100), "far from it": Rational(1, 2)},
)
