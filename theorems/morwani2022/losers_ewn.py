"""Under EWN every node but the strongest tends to a finite norm that is known at the start.

Statement:   w_i(t)/ℓ_i → 1, ℓ_i = (w_i(0)^{−L} − (c_i/c_j) w_j(0)^{−L})^{−1/L}, for f = Σ c_u w_u^L, j = argmax c_u
             w_u(0)^L and every other i; the least such ratio, at 0.999999 of the time to blow-up, is 1 up to 2·10⁻⁴.
Hypotheses:  EWN with ‖v‖ = 1; the loss depends on f alone; the largest leads by 1 % at least.
Kind:        identity (in the limit; the tolerance is what the time leaves)
Label:       theorem
Paper:       Proposition 6 (read): (iii) of a linear model on one sample z > 0: w_i → (1/w_i(0) −
             z_i/(w_j(0)z_j))^{−1}.
Relation:    stronger: for every degree; L = 1, c = z is the printed one. losers_ewn_finite says that it is never
             passed.
Tags:        sparsity, ewn, flow
"""

from sympy import Expr, Integer, Rational

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.competing_nodes import COMPETING, L, ewn_lead, ewn_loser_least

given = {"a clear lead": (ewn_lead, ">", Rational(101, 100))}


def version(ratio: Expr) -> Claim:
    """The claim with another ratio to the limit."""
    return Claim(ewn_loser_least, "=", ratio, given=given, tolerance=2e-4)


theorem = Theorem(
    claim=version(Integer(1)),
    family=COMPETING,
    mutants={"0.99 of the limit": version(Rational(99, 100)), "half for degree 2": version(1 / L)},
)
