"""ℓ₁ bias of plain gradient flow: only for a small start.

Statement:   ‖x_∞‖₁ − Q ≤ Q log(1/min u_0²)/log(Q/‖x_0‖₁) for the limit of gradient flow without normalization.
Hypotheses:  L = 2, ‖x_0‖₁ < Q, S₊ has a positive point.
Kind:        upper bound
Label:       theorem
Paper:       abstract (abstract): the theory of gradient flow for the square loss often asks for a very small start.
Relation:    finite form: a bound that needs ‖x_0‖₁ < Q, and is small only for a start that is smaller by far.
Ours:        the bound; it is that for weight normalization at ρ = 1.
Tags:        limit, sparsity, gradient flow
"""

from sympy import log

from wnverify import Claim, Theorem, decreasing
from wnverify.bounds.chou2023 import ENTROPIC
from wnverify.families.diagonal.limits import DIAGONAL_LIMITS, Q, log_plain_room, plain_excess, plain_solved, u_min

given = {"limit found": (plain_solved, "=", 1), "small start": (log_plain_room, ">", 0)}
bound = Q * log(1 / u_min) / log_plain_room

theorem = Theorem(
    claim=Claim(plain_excess, "<=", bound, given=given),
    family=DIAGONAL_LIMITS,
    settings=ENTROPIC,
    about_bound=[decreasing(log_plain_room), decreasing(u_min)],
    mutants={
        "a quarter of it": bound / 4,
        "beta_min in the denominator": Q * log(1 / u_min) / (log_plain_room - log(u_min)),
    },
    paper_says={"without normalization the theory asks for a small start (this bound does)": None},
)
