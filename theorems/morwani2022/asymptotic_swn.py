"""Under SWN the quotients ‖w_u‖/‖G_u‖ become equal, slowly: like one over the margin.

Statement:   |log((‖w_1‖/‖G_1‖)/(‖w_2‖/‖G_2‖))| ≤ (|log c^{2/L}| + 1/2)/m with m = min(f_A, f_B), once f_A has grown
             from below 40 to beyond 100 along the conserved c^{2/L} H_p(f_A) − H_p(f_B) (asymptotic_swn_invariant).
Hypotheses:  f_A = ‖w_1‖^L, f_B = c‖w_2‖^L, loss e^{−f_A} + e^{−f_B}; starts in [2, 40], c in [1/10, 10].
Kind:        upper bound
Label:       theorem
Paper:       Theorem 4 (read): (i) ‖w_u‖/‖w_v‖ → c under SWN, so the quotients ‖w_u‖/‖G_u‖ become equal.
Relation:    special case: two nodes on two samples, with an explicit rate.
Ours:        the rate.
Tags:        asymptotic relation, swn, scalar
"""

from sympy import Abs, Max, Min, Rational, log

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.two_nodes import (
    TWO_NODES,
    L,
    c,
    f_A,
    f_B,
    far,
    far_partner,
    far_product_ratio,
    far_quotient_ratio,
)

m = Min(far, far_partner)
size = Abs(2 * log(c) / L)
bound = (size + Rational(1, 2)) / m

given = {
    "starts of 2 at least": (Min(f_A, f_B), ">=", 2),
    "starts below 40": (Max(f_A, f_B), "<=", 40),
    "factor of 1/10 at least": (c, ">=", Rational(1, 10)),
    "factor of 10 at most": (c, "<=", 10),
    "grown beyond 100": (far, ">=", 100),
}

theorem = Theorem(
    claim=Claim(Abs(far_quotient_ratio), "<=", bound, given=given, tolerance=1e-9),
    family=TWO_NODES,
    mutants={
        "1/f^2": bound / m,
        "half of the logarithm": (size / 2 + Rational(1, 20)) / m,
        "the products become equal": Claim(Abs(far_product_ratio), "<=", bound, given=given),
    },
)
