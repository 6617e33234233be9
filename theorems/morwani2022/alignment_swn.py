"""Under SWN a node turns towards minus its gradient, exponentially fast in its squared norm.

Statement:   cos θ_t ≥ cos τ − (cos τ − cos θ_0)₊ exp(−(‖w(t)‖² − ‖w(0)‖²)/2), where θ_s is the angle of w_u(s) and
             −G_u(t), and τ the largest angle of any −G_u(s), s in [0, t], to −G_u(t). So cos(w_u, −G_u) → 1 where
             ‖w_u‖ → ∞ and G_u converges in direction.
Hypotheses:  SWN with ‖v‖ = 1; θ_0 at most a right angle. Looked at from half of a run on.
Kind:        lower bound, tight (early)
Label:       theorem
Paper:       Theorem 3 and Theorem 12 (read): under A1, A2 (B1–B3 for descent), if ‖w_u‖ → ∞ and g̃_u ≠ 0 then w_u
             converges in direction, to a positive multiple of g̃_u. Exponential loss and cross-entropy.
Relation:    finite form: A2 enters as τ, measured along the run; the flow only.
Ours:        the form: (cos θ)′ ≥ ‖w‖‖G‖(cos τ − cos θ) and ‖w‖′ ≤ ‖G‖.
Tags:        asymptotic relation, swn, flow, homogeneous
"""

from sympy import Expr, Integer, Max, exp

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.hidden_flow import HIDDEN_FLOW, RAN, cos_end, cos_half, cos_tau, end_1, half_1

given = {**RAN, "at most a right angle": (cos_half, ">=", 0)}
growth = end_1**2 - half_1**2


def version(memory: Expr, target: Expr = cos_tau) -> Claim:
    """The claim with another factor of the start, or another angle to end at; with one added to both sides."""
    return Claim(1 + target, "<=", 1 + cos_end + Max(target - cos_half, 0) * memory, given=given, tolerance=1e-6)


theorem = Theorem(
    claim=version(exp(-growth / 2)),
    family=HIDDEN_FLOW,
    settings={"normalization": ("swn",)},
    mutants={
        "the start forgotten": version(Integer(0)),
        "four times as fast": version(exp(-4 * growth)),
        "aligned at once": version(Integer(0), Integer(1)),
    },
)
