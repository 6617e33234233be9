"""Weight normalization ends with the larger ℓ₁ norm when ρ ≥ 1.

Statement:   ρ ≥ 1 implies ‖x_∞‖₁ ≥ ‖x_∞‖₁ of plain gradient flow from the same start.
Hypotheses:  u_0 uniform, ρ ≥ 1, S₊ has a positive point.
Kind:        lower bound, attained at ρ = 1
Label:       theorem
Paper:       abstract (abstract): in contrast to plain gradient flow, the bias persists if the weights start at a
             scale that is large in practice.
Relation:    shows its need: where ρ ≥ 1 the comparison is the other way round.
Ours:        the statement.
Tags:        limit, sparsity, comparison
"""

from wnverify import Claim, Theorem
from wnverify.bounds.chou2023 import BOTH_LIMITS, UNIFORM, log_rho
from wnverify.families.diagonal.limits import DIAGONAL_LIMITS, L, eta, mass, plain_mass, r0, r_inf

claim = Claim(
    mass,
    ">=",
    plain_mass,
    given={
        **BOTH_LIMITS,
        **UNIFORM,
        "rho at least 1": (log_rho(L, eta, r0, r_inf), ">=", 0),
    },
    tolerance=1e-9,
)

theorem = Theorem(
    claim=claim,
    family=DIAGONAL_LIMITS,
    mutants={
        "for every rho": claim.without("rho at least 1"),
        "for every direction of the start": claim.without("uniform start"),
    },
    paper_says={"the bias is weaker than that of plain gradient flow where ρ ≥ 1": None},
)
