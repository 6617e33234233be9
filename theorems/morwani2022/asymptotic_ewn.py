"""Under EWN the products ‖w_u‖‖G_u‖ become equal, exponentially fast in the margin.

Statement:   |log(‖w_1‖‖G_1‖/(‖w_2‖‖G_2‖))| ≤ |H(f_A) − H(f_B)| m² e^{−m} with m = min(f_A, f_B) and H(f) = Ei(f) −
             e^f/f; the first factor is conserved (asymptotic_ewn_invariant), so the ratio tends to 1.
Hypotheses:  m ≥ 2; f_A = ‖w_1‖^L, f_B = c‖w_2‖^L, loss e^{−f_A} + e^{−f_B}.
Kind:        upper bound
Label:       lemma
Paper:       Theorem 4 (read): (ii) if ‖w_u‖/‖w_v‖ has a limit other than 0 and ∞ under EWN it is 1/c, so the
             products ‖w_u‖‖G_u‖ become equal.
Relation:    special case: two nodes on two samples, at a state; that the first factor is conserved ties it to the
             flow.
Ours:        the explicit rate: log(f e^{−f}) has slope in [−1, 0) and H′ = e^f/f².
Tags:        asymptotic relation, ewn, scalar
"""

from sympy import Abs, Min, exp

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.two_nodes import TWO_NODES, H_gap, ewn_log_ratio, f_A, f_B, plain_log_ratio

m = Min(f_A, f_B)
bound = Abs(H_gap) * m**2 * exp(-m)

given = {"large margins": (m, ">=", 2)}

theorem = Theorem(
    claim=Claim(Abs(ewn_log_ratio), "<=", bound, given=given, tolerance=1e-9),
    family=TWO_NODES,
    mutants={
        "m for m^2": bound / m,
        "half of it": bound / 2,
        "e^(-2m)": bound * exp(-m),
        "the quotients become equal": Claim(Abs(plain_log_ratio), "<=", bound, given=given),
    },
)
