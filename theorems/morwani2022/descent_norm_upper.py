"""Under gradient descent with EWN the norm grows no faster than (log d)^{1/L}, once there is a margin.

Statement:   ρ_T ‖w_T‖^L ≤ log(n(C − 1) φ_T² (J_0 + (1 + κ) r b d)), in the terms of descent_ewn_upper, with ρ_T the
             least margin over ‖w_T‖^L, n samples and C classes.
Hypotheses:  φ_0 > 2, φ > 1; as for descent_ewn_upper.
Kind:        upper bound on ‖w‖
Label:       theorem
Paper:       Theorem 8 and Theorem 16 (read): (i) ‖w‖ = Θ((log d)^{1/L}), under the conditions given in
             descent_ewn_lower.
Relation:    finite form: the half O(·); ρ > 0, κ, r and b are measured.
Ours:        the constants.
Tags:        rate, gradient descent, ewn, cross-entropy, homogeneous
"""

from sympy import Expr, Integer, exp, log

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.hidden_descent import (
    DESCENDS,
    HIDDEN_DESCENT,
    C,
    L,
    end_phi,
    end_size,
    fastest,
    kappa,
    margin,
    n,
    start_phi,
    stretch,
    total,
)

reach = end_phi**2 * (exp(start_phi) / start_phi**2 + (1 + kappa) * stretch * fastest * total)


def version(factor: Expr) -> Claim:
    """The claim with another factor in the logarithm."""
    return Claim(margin * end_size**L, "<=", log(factor * reach), given=DESCENDS, tolerance=1e-9)


theorem = Theorem(
    claim=version(n * (C - 1)),
    family=HIDDEN_DESCENT,
    mutants={
        "0.9 of the factor": version(n * (C - 1) * Integer(9) / 10),
        "without φ²": version(n * (C - 1) / end_phi**2),
    },
)
