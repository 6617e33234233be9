"""ℓ₁ norm of the limit from any start, large or small.

Statement:   ‖x_∞‖₁ ≤ r_0² + √((Q − r_0²)² + 2QK/η), K = KL(z*/Q ‖ u_0²).
Hypotheses:  L = 2, S₊ has a positive point.
Kind:        upper bound
Label:       theorem
Paper:       abstract (abstract): the flow is biased towards sparse solutions, and keeps that bias if the weights
             start at a scale that is large in practice.
Relation:    finite form: how large the ℓ₁ norm of the limit can be, from any start.
Ours:        the explicit bound.
Tags:        limit, sparsity, upper bound
"""

from sympy import sqrt

from wnverify import Claim, Theorem, decreasing, increasing
from wnverify.bounds.chou2023 import ENTROPIC
from wnverify.families.diagonal.limits import DIAGONAL_LIMITS, K, Q, eta, mass, r0, solved

given = {"limit found": (solved, "=", 1)}

theorem = Theorem(
    claim=Claim(mass, "<=", r0**2 + sqrt((Q - r0**2) ** 2 + 2 * Q * K / eta), given=given),
    family=DIAGONAL_LIMITS,
    settings=ENTROPIC,
    about_bound=[decreasing(eta), increasing(K)],
    mutants={
        "without the divergence": r0**2 + sqrt((Q - r0**2) ** 2),
        "eta^2 for eta": r0**2 + sqrt((Q - r0**2) ** 2 + 2 * Q * K / eta**2),
        "QK for 2QK": r0**2 + sqrt((Q - r0**2) ** 2 + Q * K / eta),
    },
    paper_says={
        "the bias persists from starts that are not small (up to a mass of Q; beyond, the limit grows)": None
    },
)
