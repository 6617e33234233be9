"""Signed model: basis pursuit without small initialisation.

Statement:   ‖x_∞‖₁ − Q ≤ Q log(2n)/(η(Q − r_0²)) for n coordinates, Q the basis-pursuit value min ‖x‖₁ over
             Ax = y (the mass of x₊ and x₋ together is measured: it is at least ‖x‖₁).
Hypotheses:  L = 2, u_0 uniform, r_0² = 2nα < Q.
Kind:        upper bound
Label:       corollary
Paper:       abstract (abstract): the flow is biased towards sparse solutions, and keeps that bias if the weights
             start at a scale that is large in practice.
Relation:    finite form: for solutions with entries of any sign.
Ours:        the explicit bound.
Tags:        limit, sparsity, signed
"""

from sympy import log

from wnverify import Claim, Theorem, decreasing, increasing
from wnverify.bounds.chou2023 import ENTROPIC, SIGNED
from wnverify.families.diagonal.limits import DIAGONAL_LIMITS, N, Q, eta, excess, room, solved, unevenness

given = {
    "limit found": (solved, "=", 1),
    "uniform start": (unevenness, "=", 0),
    "small start": (room, ">", 0),
}
bound = Q * log(N) / (eta * room)

theorem = Theorem(
    claim=Claim(excess, "<=", bound, given=given),
    family=DIAGONAL_LIMITS,
    settings=SIGNED | ENTROPIC,
    corollary_of="chou2023/l1_excess_start",
    about_bound=[increasing(N), decreasing(eta), decreasing(room)],
    mutants={"a tenth of it": bound / 10, "eta^2 for eta": bound / eta},
)
