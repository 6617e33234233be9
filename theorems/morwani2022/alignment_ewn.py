"""Under EWN a node turns towards minus its gradient, and stays there as far as the gradient's direction does.

Statement:   cos θ_t ≥ cos τ − (cos τ − cos θ_0)₊ ‖w(0)‖/‖w(t)‖, where θ_s is the angle of w_u(s) and −G_u(t), and τ
             the largest angle of any −G_u(s), s in [0, t], to −G_u(t). So cos(w_u, −G_u) → 1 where ‖w_u‖ → ∞ and G_u
             converges in direction.
Hypotheses:  EWN with ‖v‖ = 1; θ_0 at most a right angle. Looked at from half of a run on.
Kind:        lower bound, tight (early)
Label:       theorem
Paper:       Theorem 3 and Theorem 12 (read): under A1, A2 (B1–B3 for descent), if ‖w_u‖ → ∞ and g̃_u ≠ 0 then w_u
             converges in direction, to a positive multiple of g̃_u, the part of the limit of −∇LL/‖∇LL‖ at the node.
             Exponential loss and cross-entropy.
Relation:    finite form: A2 enters as τ, measured along the run; the flow only.
Ours:        the form: (cos θ)′ ≥ ‖w‖‖G‖(cos τ − cos θ) and (log‖w‖)′ ≤ ‖w‖‖G‖.
Tags:        asymptotic relation, ewn, flow, homogeneous
"""

from sympy import Expr, Integer, Max

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.hidden_flow import HIDDEN_FLOW, RAN, cos_end, cos_half, cos_tau, end_1, half_1

given = {**RAN, "at most a right angle": (cos_half, ">=", 0)}


def version(memory: Expr, target: Expr = cos_tau) -> Claim:
    """The claim with another factor of the start, or another angle to end at; with one added to both sides."""
    return Claim(1 + target, "<=", 1 + cos_end + Max(target - cos_half, 0) * memory, given=given, tolerance=1e-6)


theorem = Theorem(
    claim=version(half_1 / end_1),
    family=HIDDEN_FLOW,
    settings={"normalization": ("ewn",)},
    mutants={
        "the start forgotten": version(Integer(0)),
        "the norm to the power 8": version((half_1 / end_1) ** 8),
        "aligned at once": version(Integer(0), Integer(1)),
    },
    paper_says={
        "weights and gradients align under SWN and EWN, by flow; by descent, which is not checked here": None,
    },
)
