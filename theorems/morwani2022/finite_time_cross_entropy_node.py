"""Where the printed rate for cross-entropy fails, it holds with the factor (2 log 2)^{−2}.

Statement:   1/LL_t ≥ 1/LL_0 + (2 log 2)^{−2} L²ε² t with ε the margin at the start, for one node f = w^L, LL = log(1
             + e^{−f}).
Hypotheses:  A1: LL_0 < log 2; EWN with ‖v‖ = 1, one sample of two classes.
Kind:        lower bound on 1/LL, tight (small margins, short times)
Label:       theorem
Paper:       eq. (51) (read): 1/LL ≥ 1/LL_0 + (L²ε²/k)(t − t_0) for the cross-entropy of every homogeneous network
             of k nodes.
Relation:    corrected: see finite_time_cross_entropy; here for the node of control_finite_time_cross_entropy.
Ours:        the factor, which no larger one can replace: it is attained as ε, t → 0.
Tags:        rate, cross-entropy, ewn, scalar
"""

from sympy import Expr, Integer, Rational, log

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.cross_entropy_node import CROSS_ENTROPY_NODE, end_loss, start, start_loss, time

factor = 1 / (2 * log(2)) ** 2


def version(constant: Expr) -> Claim:
    """The claim with another factor."""
    return Claim(1 / end_loss, ">=", 1 / start_loss + constant * start**2 * time, tolerance=1e-9)


theorem = Theorem(
    claim=version(factor),
    family=CROSS_ENTROPY_NODE,
    mutants={
        "as printed": version(Integer(1)),
        "1/(2 log 2)": version(1 / (2 * log(2))),
        "1.1 of the factor": version(Rational(11, 10) * factor),
    },
)
