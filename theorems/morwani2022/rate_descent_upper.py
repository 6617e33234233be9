"""Gradient descent under EWN is not much faster than the flow, while its steps are moderate.

Statement:   H(f_T) − H(f_0) ≤ e^Δ (1 + Δ/f_0) L² Σ_t η_t with H′ = e^f/f², Δ = max_t (f_{t+1} − f_t); with
             rate_descent_lower: LL = Θ(1/(d log² d)) in d = Σ η_t.
Hypotheses:  f_0 ≥ 2, one node f = e^{Lα}, loss e^{−f}.
Kind:        upper bound
Label:       theorem
Paper:       Theorem 8 (read): LL = Θ(1/(d log² d)) under B1–B4, ρ > 0, η_t = O((log 1/LL)^c) with c < 1, and a
             condition on how the direction of w settles.
Relation:    special case: the half Ω(·) for one scalar node, with constants known; descent_ewn_upper has networks.
Ours:        the explicit form.
Tags:        rate, ewn, gradient descent, scalar
"""

from sympy import exp

from wnverify import Claim, Theorem, limit
from wnverify.families.homogeneous.scalar_nodes import (
    SCALAR_NODES,
    L,
    descent_jump,
    descent_rise,
    descent_time,
    start,
)

bound = exp(descent_jump) * (1 + descent_jump / start) * descent_time

theorem = Theorem(
    claim=Claim(descent_rise, "<=", bound, given={"start at least 2": (start, ">=", 2)}, tolerance=1e-10),
    family=SCALAR_NODES,
    about_bound=[limit(descent_jump, 0, descent_time)],
    mutants={
        "without e^Delta": (1 + descent_jump / start) * descent_time,
        "as fast as the flow": descent_time,
        "L for L^2": bound / L,
    },
)
