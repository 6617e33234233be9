"""Under EWN a node that is ahead by more than the ratio of gradients allows runs away, by a power of its own norm.

Statement:   If ρ_0 = ‖w_u(0)‖/‖w_v(0)‖ > 1/(c₋ cos δ), then ρ_t/ρ_0 ≥ (‖w_u(t)‖/‖w_u(0)‖)^{cos δ − 1/(c₋ρ_0)}, where
             ‖G_u‖/‖G_v‖ ≥ c₋ and the angles of w_u, −G_u and of w_v, −G_v are at most δ from 0 to t. So ρ → ∞ with
             ‖w_u‖.
Hypotheses:  EWN with ‖v‖ = 1. Looked at from half of a run on.
Kind:        lower bound, tight (early)
Label:       theorem
Paper:       Proposition 5 and Theorem 4 and Theorem 13 and Proposition 14 (read): (iii)(a) ‖w_u‖/‖w_v‖ above 1/((c −
             ε)cos δ) at a time from which on ‖G_u‖/‖G_v‖ is in [c − ε, c + ε] and both cosines are at least cos δ:
             the ratio tends to ∞. Theorem 4 (ii): it tends to 0, ∞ or 1/c.
Relation:    finite form: with the power; the flow only. With collapse_ewn it leaves 1/c alone in between, which the
             frozen ratio of two layers attains (asymptotic_ewn_flow), and a tie (ties_ewn).
Ours:        the power: (log ρ)′ ≥ ‖w_u‖‖G_u‖(cos δ − 1/(c₋ρ)) and (log‖w_u‖)′ ≤ ‖w_u‖‖G_u‖.
Tags:        asymptotic relation, sparsity, ewn, flow, homogeneous
"""

from sympy import Expr, log

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.hidden_flow import (
    HIDDEN_FLOW,
    RAN,
    c_least,
    cos_delta,
    end_1,
    end_2,
    half_1,
    half_2,
)

ahead = half_1 / half_2
given = {**RAN, "ahead": (ahead * c_least * cos_delta, ">", 1), "less than a right angle": (cos_delta, ">", 0)}


def version(power: Expr) -> Claim:
    """The claim with another power, in logarithms."""
    grown = 1 + log(end_1 / end_2) - log(ahead)
    return Claim(grown, ">=", 1 + power * log(end_1 / half_1), given=given, tolerance=1e-5)


power = cos_delta - 1 / (c_least * ahead)

theorem = Theorem(
    claim=version(power),
    family=HIDDEN_FLOW,
    settings={"normalization": ("ewn",)},
    mutants={
        "the power cos δ": version(cos_delta),
        "1.5 of the power": version(3 * power / 2),
        "1/ρ for 1/(cρ)": version(cos_delta - 1 / ahead + c_least / 2),
    },
)
