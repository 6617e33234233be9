"""Without normalization, too, no node but the strongest ever passes its limit, for degrees beyond 2.

Statement:   w_i(t) ≤ (w_i(0)^{2−L} − (c_i/c_j) w_j(0)^{2−L})^{−1/(L−2)} up to the time at which the strongest node j
             becomes infinite, for f = Σ c_u w_u^L, L > 2, and every i ≠ j = argmax c_u w_u(0)^{L−2}. Read off at
             0.999999 of it.
Hypotheses:  gradient flow in w; the largest leads by 1 % at least.
Kind:        upper bound, tight (late)
Label:       lemma
Paper:       not in it.
Ours:        the statement; the counterpart of losers_ewn_finite.
Tags:        sparsity, unnormalised, flow
"""

from sympy import Integer, Rational

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.competing_nodes import COMPETING, plain_lead, plain_loser_most

given = {"a clear lead": (plain_lead, ">", Rational(101, 100))}

theorem = Theorem(
    claim=Claim(plain_loser_most, "<=", Integer(1), given=given, tolerance=1e-7),
    family=COMPETING,
    settings={"degree": ("3", "4", "5")},
    mutants={"0.99 of it": Rational(99, 100), "far from it": Rational(1, 2)},
)
