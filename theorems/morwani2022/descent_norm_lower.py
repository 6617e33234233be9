"""Under gradient descent with EWN the norm grows at least as fast as (log d)^{1/L}, d the sum of the steps.

Statement:   P ‖w_T‖^L ≥ log(J_0 + (1 − κ)(1 − 2/φ_0)(s L²/k) d), in the terms of descent_ewn_lower, with P = min_i
             ‖x_i‖^L max_u |D_icu| k^{(1−L/2)₊}, so that no more than P‖w‖^L is the least margin.
Hypotheses:  φ_0 > 2, κ < 1; as for descent_ewn_lower.
Kind:        lower bound on ‖w‖
Label:       corollary
Paper:       Theorem 8 and Theorem 16 (read): (i) ‖w‖ = Θ((log d)^{1/L}), under the conditions given in
             descent_ewn_lower.
Relation:    finite form: the half Ω(·), without any of the conditions.
Ours:        the constants.
Tags:        rate, gradient descent, ewn, cross-entropy, homogeneous
"""

from sympy import Expr, exp, log

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.hidden_descent import (
    DESCENDS,
    HIDDEN_DESCENT,
    L,
    end_size,
    k,
    kappa,
    peak,
    share,
    start_phi,
    total,
)

given = {**DESCENDS, "less than the first order": (kappa, "<", 1)}
reach = exp(start_phi) / start_phi**2 + (1 - kappa) * (1 - 2 / start_phi) * share * L**2 / k * total


def version(size: Expr) -> Claim:
    """The claim with another size of the weights."""
    return Claim(size, ">=", log(reach), given=given, tolerance=1e-9)


theorem = Theorem(
    claim=version(peak * end_size**L),
    family=HIDDEN_DESCENT,
    mutants={
        "a third of it": version(peak * end_size**L / 3),
        "without P": version(end_size**L),
        "one power less of the norm": version(peak * end_size ** (L - 1)),
    },
    corollary_of="morwani2022/descent_ewn_lower",
)
