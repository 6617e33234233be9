"""Under SWN, too, the exponential loss falls at least as fast as 1/t, so it tends to 0.

Statement:   1/LL_t ≥ 1/LL_0 + (L²ε²/‖w_0‖²) t with ε = log(1/LL_0), ‖w_0‖² = Σ‖w_u‖² at the start. Measured with
             both sides divided by the left one.
Hypotheses:  A1: LL_0 < 1; SWN with ‖v‖ = 1; nodes of a hidden layer of degree L ≥ 1, several samples and classes.
Kind:        lower bound on 1/LL, tight (one sample, degree 1)
Label:       theorem
Paper:       Proposition 2 (read): LL → 0 under SWN as under EWN, referred to Lyu and Li for SWN.
Relation:    finite form: an explicit rate, in which ‖w_0‖² stands where k does under EWN.
Ours:        the rate: (1/LL)′ ≥ L²(Σpf)²/‖w‖², Σpf ≥ φ, and φ/‖w‖^L does not fall (margin_swn).
References:  Lyu, Li, arXiv:1906.05890.
Tags:        rate, swn, flow, homogeneous
"""

from sympy import Expr, Integer, exp

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.hidden_flow import (
    BELOW_ONE,
    HIDDEN_FLOW,
    L,
    elapsed,
    end_phi,
    k,
    start_phi,
    start_size,
)


def version(constant: Expr) -> Claim:
    """The claim with another constant."""
    return Claim(exp(start_phi - end_phi) + constant * elapsed, "<=", Integer(1), given=BELOW_ONE, tolerance=1e-6)


theorem = Theorem(
    claim=version((L * start_phi / start_size) ** 2),
    family=HIDDEN_FLOW,
    settings={"normalization": ("swn",), "loss": ("exponential",)},
    mutants={
        "k for the squared norm, as under EWN": version((L * start_phi) ** 2 / k),
        "the norm for its square": version((L * start_phi) ** 2 / start_size),
        "1.2 of the constant": version(Integer(6) / 5 * (L * start_phi / start_size) ** 2),
    },
)
