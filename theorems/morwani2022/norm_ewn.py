"""Under EWN the norm of the weights grows at least as fast as (log t)^{1/L}.

Statement:   log(1/LL_0 + (L²ε²/k) t) ≤ P ‖w(t)‖^L with ε = log(1/LL_0) and P = min_i ‖x_i‖^L max_u |D_icu|
             k^{(1−L/2)₊}, so that no more than P‖w‖^L is the least margin.
Hypotheses:  A1: LL_0 < 1; EWN with ‖v‖ = 1, exponential loss; a hidden layer of k nodes and degree L.
Kind:        lower bound on ‖w‖, tight (one sample, one node, short times)
Label:       theorem
Paper:       Theorem 7 (read): (i) prints that ‖w(t)‖ grows as o((log t)^{1/L}).
Relation:    corrected: its proof, a loss of O(1/t) and homogeneity, gives Ω((log t)^{1/L}), which is what is
             checked; o(·) is false (control_norm_little_o).
Ours:        the constants.
Tags:        rate, ewn, flow, homogeneous
"""

from sympy import Expr, exp, log

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.hidden_flow import (
    BELOW_ONE,
    HIDDEN_FLOW,
    L,
    elapsed,
    end_phi,
    end_size,
    k,
    peak,
    start_phi,
)

reach = log(exp(start_phi) + (L * start_phi) ** 2 / k * elapsed * exp(end_phi))


def version(size: Expr) -> Claim:
    """The claim with another size of the weights."""
    return Claim(reach, "<=", size, given=BELOW_ONE, tolerance=1e-6)


theorem = Theorem(
    claim=version(peak * end_size**L),
    family=HIDDEN_FLOW,
    settings={"normalization": ("ewn",), "loss": ("exponential",)},
    mutants={
        "0.8 of it": version(4 * peak * end_size**L / 5),
        "one power less of the norm": version(peak * end_size ** (L - 1)),
        "without P": version(end_size**L),
    },
)
