"""Gradient descent under EWN is at least as fast as the flow, step by step.

Statement:   L² Σ_t η_t ≤ H(f_T) − H(f_0) with H′ = e^f/f², for one node f = e^{Lα}, loss e^{−f}, any step sizes.
Hypotheses:  f_0 ≥ 2.
Kind:        lower bound on H(f_T) − H(f_0), tight for small steps
Label:       theorem
Paper:       Theorem 8 (read): LL = Θ(1/(d log² d)) under B1–B4, ρ > 0, η_t = O((log 1/LL)^c) with c < 1, and a
             condition on how the direction of w settles.
Relation:    special case: the half O(·) for one scalar node, with any steps and constants known; descent_ewn_lower
             has networks.
Ours:        the explicit form: f⁺ = f exp(η L² f e^{−f}) and e^s/s² increases for s ≥ 2.
Tags:        rate, ewn, gradient descent, scalar
"""

from sympy import Rational

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.scalar_nodes import SCALAR_NODES, L, descent_rise, descent_time, start

theorem = Theorem(
    claim=Claim(descent_time, "<=", descent_rise, given={"start at least 2": (start, ">=", 2)}, tolerance=1e-10),
    family=SCALAR_NODES,
    mutants={
        "twice as fast": descent_rise / 2,
        "1.01 of the speed": Rational(100, 101) * descent_rise,
        "L for L^2": descent_rise / L,
    },
)
