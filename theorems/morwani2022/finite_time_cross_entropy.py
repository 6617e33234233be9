"""Under EWN the cross-entropy of several classes falls at least as fast as 1/t, with a factor of about a half.

Statement:   1/LL_t ≥ 1/LL_0 + (2 log 2)^{−2} (L²ε²/k) t with ε = log(1/(e^{LL_0} − 1)) and k nodes. Measured with
             both sides divided by the left one.
Hypotheses:  A1: LL_0 < log 2; EWN with ‖v‖ = 1; cross-entropy of two or three classes; a hidden layer of degree L.
Kind:        lower bound on 1/LL
Label:       theorem
Paper:       eq. (51) and Proposition 11 and Theorem 15 (read): 1/LL ≥ 1/LL_0 + (L²ε²/k)(t − t_0) with
             ε the least margin at t_0; hence LL → 0 and LL = O(1/t).
Relation:    corrected: the proof uses log(1 + s) > s/(1 + s) in the wrong direction
             (control_finite_time_cross_entropy); log(1 + s) ≤ 2 log 2 · s/(1 + s) on (0, 1] repairs it. No margin
             ever falls below this ε.
Ours:        the factor and the ε.
Tags:        rate, ewn, cross-entropy, flow, homogeneous
"""

from sympy import Expr, Integer, exp, log

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.hidden_flow import HIDDEN_FLOW, RAN, L, elapsed, end_phi, k, start_phi

epsilon = -log(exp(exp(-start_phi)) - 1)
given = {**RAN, "loss below log 2": (start_phi, ">", -log(log(2)))}


def version(constant: Expr) -> Claim:
    """The claim with another constant."""
    return Claim(exp(start_phi - end_phi) + constant * elapsed, "<=", Integer(1), given=given, tolerance=1e-6)


theorem = Theorem(
    claim=version((L * epsilon) ** 2 / (k * (2 * log(2)) ** 2)),
    family=HIDDEN_FLOW,
    settings={"normalization": ("ewn",), "loss": ("cross_entropy",)},
    mutants={
        "as printed": version((L * epsilon) ** 2 / k),
        "as printed, without k": version((L * epsilon) ** 2),
        "log(1/LL) for epsilon": version((L * start_phi) ** 2 / k),
    },
)
