"""Along its flow EWN reaches a small loss in a time that is known beforehand.

Statement:   1/(LL_t log²(1/LL_t)) ≥ 1/(LL_0 φ_0²) + (1 − 2/φ_0) C t with φ = log(1/LL), C = Σ_l d_l²/K_l; so LL =
             O(1/(t log² t)) with an explicit constant. Measured with both sides divided by the left one.
Hypotheses:  A1 with φ_0 > 2; EWN with ‖v‖ = 1; a two-layer linear model, each layer a node, so C = 2; positive
             margins at the start.
Kind:        lower bound
Label:       theorem
Paper:       Theorem 7 (read): (ii) under A1, LL = O(1/t) for all t > t_0, by eq. (13). That the flow attains log² is
             printed for the limit only (Appendix H).
Relation:    stronger: O(1/(t log² t)) at all times, with an explicit constant; on two-layer linear models.
Ours:        log² at finite times and the constant, from rate_pointwise and (1/(LL φ²))′ = (−LL′/(LL²φ²))(1 − 2/φ).
Tags:        rate, ewn, flow, homogeneous
"""

from sympy import Expr, Integer, exp

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.layer_flow import LAYER_FLOW, elapsed, end_phi, start_phi, timed

given = {"the run finished": (timed, "=", 1), "loss below e^-2": (start_phi, ">", 2)}


def version(constant: Expr, power: Expr) -> Claim:
    """The claim with another constant, or another power of the logarithm."""
    before = exp(start_phi - end_phi) * (end_phi / start_phi) ** power
    gained = constant * elapsed * end_phi ** (power - 2)
    return Claim(before + (1 - power / start_phi) * gained, "<=", Integer(1), given=given, tolerance=1e-6)


theorem = Theorem(
    claim=version(Integer(2), Integer(2)),
    family=LAYER_FLOW,
    settings={"normalization": ("ewn",)},
    mutants={
        "D^2 for C": version(Integer(4), Integer(2)),
        "log^3 for log^2": version(Integer(2), Integer(3)),
        "2.5 for C": version(Integer(5) / 2, Integer(2)),
    },
)
