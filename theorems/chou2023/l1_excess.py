"""ℓ₁ bias without small initialisation: the excess over the least norm is O(1/η).

Statement:   ‖x_∞‖₁ − Q ≤ Q K/(η(Q − r_0²)), Q = min ‖z‖₁ over S₊, K = KL(z*/Q ‖ u_0²) ≤ log(1/min u_0²).
Hypotheses:  L = 2, r_0² = ‖x_0‖₁ < Q, S₊ has a positive point; x_∞ the limit of the flow.
Kind:        upper bound; tight up to the share of u_0 outside of the minimiser
Label:       corollary
Paper:       abstract (abstract): the flow is biased towards sparse solutions, and keeps that bias if the weights
             start at a scale that is large in practice.
Relation:    finite form: how far from the least ℓ₁ norm, from every start with r_0² < Q.
Ours:        the explicit bound.
Tags:        limit, sparsity, upper bound
"""

from wnverify import Claim, Theorem, decreasing, increasing
from wnverify.bounds.chou2023 import ENTROPIC
from wnverify.families.diagonal.limits import DIAGONAL_LIMITS, K, Q, eta, excess, room, solved

bound = Q * K / (eta * room)

theorem = Theorem(
    claim=Claim(excess, "<=", bound, given={"limit found": (solved, "=", 1), "small start": (room, ">", 0)}),
    family=DIAGONAL_LIMITS,
    settings=ENTROPIC,
    corollary_of="chou2023/l1_mass",
    about_bound=[decreasing(eta), decreasing(room), increasing(K)],
    mutants={"Q for Q - r_0^2": K / eta, "half of it": bound / 2, "eta^2 for eta": bound / eta},
    paper_says={"the limit is nearly sparse: close to the least ℓ₁ norm, the closer the larger η": None},
)
