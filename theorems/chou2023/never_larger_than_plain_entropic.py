"""Weight normalization against plain gradient flow for L = 2: the comparison needs no uniform start.

Statement:   ρ ≤ 1 implies ‖x_∞‖₁ ≤ ‖x_∞‖₁ of plain gradient flow from the same start, whatever its direction.
Hypotheses:  L = 2, ρ ≤ 1, S₊ has a positive point.
Kind:        upper bound, attained at ρ = 1
Label:       theorem
Paper:       abstract (abstract): in contrast to plain gradient flow, the bias persists if the weights start at a
             scale that is large in practice.
Relation:    conditional: true where ρ ≤ 1, for L = 2 whatever the direction of the start.
Ours:        the statement: the two objectives differ by −log ρ ‖z‖₁ only.
Tags:        limit, sparsity, comparison
"""

from wnverify import Claim, Theorem
from wnverify.bounds.chou2023 import BOTH_LIMITS, ENTROPIC, log_rho
from wnverify.families.diagonal.limits import DIAGONAL_LIMITS, eta, mass, plain_mass, r0, r_inf

claim = Claim(
    mass,
    "<=",
    plain_mass,
    given={
        **BOTH_LIMITS,
        "rho at most 1": (log_rho(2, eta, r0, r_inf), "<=", 0),
    },
    tolerance=1e-9,
)

theorem = Theorem(
    claim=claim,
    family=DIAGONAL_LIMITS,
    settings=ENTROPIC,
    mutants={"for every rho": claim.without("rho at most 1"), "0.9 of it": 0.9 * plain_mass},
)
