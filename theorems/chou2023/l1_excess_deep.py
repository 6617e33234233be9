"""Weighted ℓ₁ bias for L > 2: the excess is at most an integral of the mirror potential.

Statement:   ⟨c_0, x_∞⟩ − Q_c ≤ (L/2) e^(aηr_0²) ∫ s^a e^(−aηs) ds from S* to S_∞, with c_0 = u_0^(−(L−2)),
             Q_c = min ⟨c_0, z⟩ over S₊ at z*, S* = Σ z*^(2/L), S_∞ = r_∞², a = (L − 2)/2.
Hypotheses:  L > 2, S₊ has a positive point; the excess is at least 10⁻⁶ Q_c, so that it is not rounding.
Kind:        upper bound
Label:       theorem
Paper:       abstract (abstract): the flow is biased towards sparse solutions, and keeps that bias if the weights
             start at a scale that is large in practice.
Relation:    finite form: for L > 2 it is a weighted ℓ₁ norm that is nearly least.
Ours:        the statement.
Tags:        limit, sparsity, depth
"""

from sympy import exp

from wnverify import Claim, Theorem, increasing
from wnverify.bounds.chou2023 import DEEP
from wnverify.families.diagonal.limits import DIAGONAL_LIMITS, L, Q_c, eta, potential_gap, r0, solved, weighted_excess

given = {"limit found": (solved, "=", 1), "resolved": (weighted_excess, ">=", Q_c / 10**6)}
bound = L / 2 * potential_gap

theorem = Theorem(
    claim=Claim(weighted_excess, "<=", bound, given=given, tolerance=1e-8),
    family=DIAGONAL_LIMITS,
    settings=DEEP,
    about_bound=[increasing(potential_gap)],
    mutants={
        "without the factor L/2": potential_gap,
        "without e^(a eta r_0^2)": bound * exp(-(L - 2) * eta * r0**2 / 2),
    },
)
