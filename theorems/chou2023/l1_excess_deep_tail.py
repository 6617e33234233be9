"""Weighted ℓ₁ bias for L > 2 from the minimiser alone: an incomplete gamma function.

Statement:   ⟨c_0, x_∞⟩ − Q_c ≤ (L/2) e^(aηr_0²) (aη)^(−(a+1)) Γ(a + 1, aηS*), S* = Σ z*^(2/L) of the weighted ℓ₁
             minimiser z*, a = (L − 2)/2.
Hypotheses:  L > 2, S₊ has a positive point.
Kind:        upper bound
Label:       corollary
Paper:       abstract (abstract): the flow is biased towards sparse solutions, and keeps that bias if the weights
             start at a scale that is large in practice.
Relation:    finite form: for L > 2, in terms of the minimiser alone.
Ours:        the statement.
Tags:        limit, sparsity, depth
"""

from sympy import exp

from wnverify import Claim, Theorem, increasing
from wnverify.bounds.chou2023 import DEEP
from wnverify.families.diagonal.limits import DIAGONAL_LIMITS, L, eta, r0, solved, tail, weighted_excess

given = {"limit found": (solved, "=", 1)}
bound = L / 2 * tail

theorem = Theorem(
    claim=Claim(weighted_excess, "<=", bound, given=given),
    family=DIAGONAL_LIMITS,
    settings=DEEP,
    corollary_of="chou2023/l1_excess_deep",
    about_bound=[increasing(tail)],
    mutants={
        "without e^(a eta r_0^2)": bound * exp(-(L - 2) * eta * r0**2 / 2),
        "a tenth of it": bound / 10,
    },
)
