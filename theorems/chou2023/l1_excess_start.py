"""ℓ₁ bias in terms of the start alone: the divergence is at most log(1/min u_0²).

Statement:   ‖x_∞‖₁ − Q ≤ Q log(1/min u_0²)/(η(Q − r_0²)); log N for a uniform start.
Hypotheses:  L = 2, r_0² = ‖x_0‖₁ < Q, S₊ has a positive point.
Kind:        upper bound
Label:       corollary
Paper:       abstract (abstract): the flow is biased towards sparse solutions, and keeps that bias if the weights
             start at a scale that is large in practice.
Relation:    finite form: how far from the least ℓ₁ norm, in terms of the start alone.
Ours:        the explicit bound.
Tags:        limit, sparsity, upper bound
"""

from sympy import log

from wnverify import Claim, Theorem, decreasing
from wnverify.bounds.chou2023 import ENTROPIC
from wnverify.families.diagonal.limits import DIAGONAL_LIMITS, Q, eta, excess, room, solved, u_min

bound = Q * log(1 / u_min) / (eta * room)

theorem = Theorem(
    claim=Claim(excess, "<=", bound, given={"limit found": (solved, "=", 1), "small start": (room, ">", 0)}),
    family=DIAGONAL_LIMITS,
    settings=ENTROPIC,
    corollary_of="chou2023/l1_excess",
    about_bound=[decreasing(eta), decreasing(u_min), decreasing(room)],
    mutants={"half of it": bound / 2, "eta^2 for eta": bound / eta},
)
