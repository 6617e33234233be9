"""ℓ₁ bias through the effective initialisation: logarithmic in ρ x_0.

Statement:   ‖x_∞‖₁ − Q ≤ Q log(β₁/β_min)/log(Q/β₁), β = ρ x_0, so that β₁ = r_∞² e^(−η(r_∞² − r_0²)) and
             β₁/β_min = 1/min u_0².
Hypotheses:  L = 2, Q > β₁, S₊ has a positive point.
Kind:        upper bound
Label:       theorem
Paper:       the theorem on the limit (recollection): ‖x_∞‖₁ − Q is at most Q times a quotient of logarithms of Q and
             of the entries of ρx_0.
Relation:    other constants: log(β₁/β_min) over log(Q/β₁), with constants of our own.
Ours:        the constants.
Tags:        limit, sparsity, effective initialisation
"""

from sympy import log

from wnverify import Claim, Theorem, decreasing
from wnverify.bounds.chou2023 import ENTROPIC
from wnverify.families.diagonal.limits import DIAGONAL_LIMITS, Q, eta, excess, log_room, r0, r_inf, solved, u_min

given = {"limit found": (solved, "=", 1), "small effective start": (log_room, ">", 0)}
spread = log(1 / u_min)
twice = log_room + eta * (r_inf**2 - r0**2)

theorem = Theorem(
    claim=Claim(excess, "<=", Q * spread / log_room, given=given),
    family=DIAGONAL_LIMITS,
    settings=ENTROPIC,
    about_bound=[decreasing(log_room), decreasing(u_min)],
    mutants={
        "beta_min for beta_1 in the denominator": Q * spread / (log_room + spread),
        "2 eta in rho": Claim(excess, "<=", Q * spread / twice, given={**given, "positive": (twice, ">", 0)}),
        "half of it": Q * spread / log_room / 2,
    },
)
