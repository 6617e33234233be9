"""Weight normalization is never worse than plain gradient flow from a start with 1/η ≤ r_0² < Q^(2/L).

Statement:   ‖x_∞‖₁ ≤ ‖x_∞‖₁ of plain gradient flow from the same start.
Hypotheses:  u_0 uniform, 1/η ≤ r_0² < Q^(2/L), S₊ has a positive point.
Kind:        upper bound
Label:       corollary
Paper:       abstract (abstract): in contrast to plain gradient flow, the bias persists if the weights start at a
             scale that is large in practice.
Relation:    conditional: true of an even start with 1/η ≤ r_0² < Q^(2/L): large, but not larger than the least norm.
Ours:        the explicit hypothesis: it gives ρ ≤ 1, since r_∞² ≥ Q^(2/L).
Tags:        limit, sparsity, comparison
"""

from wnverify import Claim, Theorem
from wnverify.bounds.chou2023 import BOTH_LIMITS, UNIFORM
from wnverify.families.diagonal.limits import DIAGONAL_LIMITS, eta, mass, plain_mass, r0, reach

claim = Claim(
    mass,
    "<=",
    plain_mass,
    given={
        **BOTH_LIMITS,
        **UNIFORM,
        "start not too small": (eta * r0**2, ">=", 1),
        "start not too large": (reach, ">", 0),
    },
    tolerance=1e-9,
)

theorem = Theorem(
    claim=claim,
    family=DIAGONAL_LIMITS,
    corollary_of="chou2023/never_larger_than_plain",
    mutants={
        "without 1/eta <= r_0^2": claim.without("start not too small"),
        "without r_0^2 < Q^(2/L)": claim.without("start not too large"),
        "0.9 of it": 0.9 * plain_mass,
    },
)
