"""Under EWN the exponential loss falls at least as fast as 1/t, with the constant known at the start.

Statement:   1/LL_t ≥ 1/LL_0 + (L²ε²/k) t with ε = log(1/LL_0), k the number of nodes. Measured with both sides
             divided by the left one.
Hypotheses:  A1: LL_0 < 1; EWN with ‖v‖ = 1; k nodes of a hidden layer of degree L, several samples and classes.
Kind:        lower bound on 1/LL, tight (one sample, equal aligned nodes, short times)
Label:       theorem
Paper:       eq. (13) and Theorem 7 (read): 1/LL ≥ 1/LL_0 + (L²ε²/k)(t − t_0), hence LL = O(1/t), where ε is the
             least margin at t_0, which is said never to fall because the loss does not rise.
Relation:    corrected: a least margin can fall (control_least_margin) and (13) is then false
             (control_finite_time_ewn); log(1/LL_0), which is at most that margin, is what the proof needs.
Ours:        the ε; rate_pointwise and rate_flow have 1/(t log² t).
Tags:        rate, ewn, flow, homogeneous
"""

from sympy import Expr, Integer, exp

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.hidden_flow import BELOW_ONE, HIDDEN_FLOW, L, elapsed, end_phi, k, start_phi


def version(constant: Expr) -> Claim:
    """The claim with another constant."""
    return Claim(exp(start_phi - end_phi) + constant * elapsed, "<=", Integer(1), given=BELOW_ONE, tolerance=1e-6)


theorem = Theorem(
    claim=version((L * start_phi) ** 2 / k),
    family=HIDDEN_FLOW,
    settings={"normalization": ("ewn",), "loss": ("exponential",)},
    mutants={
        "without k": version((L * start_phi) ** 2),
        "1.2 of the constant": version(Integer(6) / 5 * (L * start_phi) ** 2 / k),
        "epsilon later": version((L * end_phi) ** 2 / k),
    },
    paper_says={
        "a finite-time rate of the loss for EWN by flow": None,
    },
)
