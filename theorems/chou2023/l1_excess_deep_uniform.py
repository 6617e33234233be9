"""ℓ₁ bias for L > 2 and a uniform start: exponentially small in η(Q^(2/L) − r_0²).

Statement:   ‖x_∞‖₁ − Q ≤ (L/2) N^(−a) e^(aηr_0²) ∫ s^a e^(−aηs) ds from Q^(2/L) to ∞, a = (L − 2)/2.
Hypotheses:  L > 2, u_0 uniform, S₊ has a positive point.
Kind:        upper bound; for L = 4 it falls with η, proved
Label:       corollary
Paper:       abstract (abstract): the flow is biased towards sparse solutions, and keeps that bias if the weights
             start at a scale that is large in practice.
Relation:    finite form: for L > 2, in terms of Q alone.
Ours:        the statement.
Tags:        limit, sparsity, depth
"""

import sympy
from sympy import Symbol, exp

from wnverify import Claim, Theorem, decreasing, limit
from wnverify.bounds.chou2023 import DEEP
from wnverify.families.diagonal.limits import DIAGONAL_LIMITS, L, N, eta, excess, r0, solved, tail_of_Q, unevenness

given = {"limit found": (solved, "=", 1), "uniform start": (unevenness, "=", 0)}
bound = L / 2 * N ** (1 - L / 2) * tail_of_Q

# L = 4: 2/N e^{ηr_0²} ∫ s e^{−ηs} ds from S = r_0² + gap
gap = Symbol("gap", positive=True)
fourth = 2 / N * exp(-eta * gap) * ((r0**2 + gap) / eta + 1 / eta**2)

theorem = Theorem(
    claim=Claim(excess, "<=", bound, given=given),
    family=DIAGONAL_LIMITS,
    settings=DEEP,
    corollary_of="chou2023/l1_excess_deep_tail",
    about_bound=[decreasing(eta, of=fourth), decreasing(N, of=fourth), limit(eta, sympy.oo, 0, of=fourth)],
    mutants={
        "without e^(a eta r_0^2)": bound * exp(-(L - 2) * eta * r0**2 / 2),
        "a tenth of it": bound / 10,
    },
)
