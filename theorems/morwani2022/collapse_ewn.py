"""Under EWN a node that is behind the ratio of gradients falls back, by a power of the other's norm.

Statement:   If ρ_0 = ‖w_u(0)‖/‖w_v(0)‖ < cos δ/c₊, then ρ_t/ρ_0 ≤ (‖w_v(t)‖/‖w_v(0)‖)^{c₊ρ_0 − cos δ}, where
             ‖G_u‖/‖G_v‖ ≤ c₊ and the angles of w_u, −G_u and of w_v, −G_v are at most δ from 0 to t. So ρ → 0 as
             ‖w_v‖ → ∞.
Hypotheses:  EWN with ‖v‖ = 1. Looked at from half of a run on.
Kind:        upper bound, tight (early)
Label:       corollary
Paper:       Proposition 5 and Theorem 4 (read): (iii)(b) ‖w_u‖/‖w_v‖ below cos δ/(c + ε) at such a time: the ratio
             tends to 0.
Relation:    finite form: with the power; the flow only; see runaway_ewn.
Ours:        the power: (log ρ)′ ≤ ‖w_v‖‖G_v‖(c₊ρ − cos δ) and (log‖w_v‖)′ ≤ ‖w_v‖‖G_v‖.
Tags:        asymptotic relation, sparsity, ewn, flow, homogeneous
"""

from sympy import Expr, log

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.hidden_flow import (
    HIDDEN_FLOW,
    RAN,
    c_most,
    cos_delta,
    end_1,
    end_2,
    half_1,
    half_2,
)

behind = half_1 / half_2
given = {**RAN, "behind": (behind * c_most, "<", cos_delta), "less than a right angle": (cos_delta, ">", 0)}


def version(power: Expr) -> Claim:
    """The claim with another power, in logarithms."""
    lost = 1 + log(behind) - log(end_1 / end_2)
    return Claim(lost, ">=", 1 + power * log(end_2 / half_2), given=given, tolerance=1e-5)


power = cos_delta - c_most * behind

theorem = Theorem(
    claim=version(power),
    family=HIDDEN_FLOW,
    settings={"normalization": ("ewn",)},
    mutants={"the power cos δ": version(cos_delta), "1.5 of the power": version(3 * power / 2)},
    corollary_of="morwani2022/runaway_ewn",
)
