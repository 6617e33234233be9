"""Under EWN the strongest node becomes infinitely larger than every other.

Statement:   w_j/w_i ≥ (w_j(0)/ℓ_i)(1 − s)^{−1/L} at the share s of the time to blow-up, for f = Σ c_u w_u^L, j =
             argmax c_u w_u(0)^L, i ≠ j and ℓ_i the limit of w_i (losers_ewn); so it tends to infinity. At s =
             0.999999.
Hypotheses:  EWN with ‖v‖ = 1; the loss depends on f alone; the largest leads by 1 % at least.
Kind:        lower bound, tight (late)
Label:       theorem
Paper:       Proposition 6 (read): for a linear model on one sample, from almost every start w/‖w‖ tends to a vector
             with one entry.
Relation:    stronger: for every degree, with the rate in the clock ∫LL dt.
Ours:        the rate.
Tags:        sparsity, ewn, flow
"""

from sympy import Expr, Integer, Rational

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.competing_nodes import COMPETING, L, ewn_lead, ewn_runaway

given = {"a clear lead": (ewn_lead, ">", Rational(101, 100))}


def version(grown: Expr) -> Claim:
    """The claim with another growth."""
    return Claim(ewn_runaway, ">=", grown, given=given, tolerance=1e-4)


theorem = Theorem(
    claim=version(Integer(10) ** (6 / L)),
    family=COMPETING,
    mutants={
        "1.01 of it": version(Rational(101, 100) * Integer(10) ** (6 / L)),
        "free of the degree": version(Integer(10) ** 6),
    },
    paper_says={
        "EWN prefers relative sparsity in the limit": None,
    },
)
